import { mkdirSync, writeFileSync } from 'node:fs';
import { captureProject } from './example.ts';
import type { Graph, Node } from './graph.ts';
import { at, listAt, ofType, textAt } from './graph.ts';
import type { ProgramNodes } from './segments.ts';
import { databasesOf, programsOf } from './segments.ts';

export const ARCHITECTURE = new URL('../docs/architecture.md', import.meta.url);

/** The page for this project, as production deploys it. */
export async function renderArchitecture(): Promise<string> {
  const { graph } = await captureProject();
  const resources = graph.filter(({ custom }) => custom).length;
  return `# Architecture

Drawn from the ${resources} resources that \`infra/\` declares for production. A box is a trust boundary, and an arrow a
path that the security groups leave open: everything else is closed. \`npm run draw\` redraws this page, and a test fails
while it differs from the program. (SUPPLY-5)

\`\`\`mermaid
${drawingOf(graph)}
\`\`\`
`;
}

export function writeArchitecture(page: string): void {
  mkdirSync(new URL('./', ARCHITECTURE), { recursive: true });
  writeFileSync(ARCHITECTURE, page);
}

/** A Mermaid flowchart of the captured graph: a box for each trust boundary, an arrow for each open path. */
function drawingOf(graph: Graph): string {
  const programs = programsOf(graph);
  const segments = [...new Set(programs.map(({ segment }) => segment))].toSorted();
  return [
    'flowchart LR',
    '  clients([Clients])',
    '  subgraph github [GitHub]',
    '    workflow[Workflows, by OIDC]',
    '  end',
    '  subgraph account [AWS account]',
    '    direction LR',
    '    subgraph network [Network]',
    '      direction LR',
    ...indent(edgeOf(graph), 6),
    ...segments.flatMap((segment) => indent(segmentOf(graph, segment, programs), 6)),
    ...indent(wayOutOf(graph), 6),
    '      endpoints[[Endpoints: this account only]]',
    '    end',
    ...indent(servicesOf(graph), 4),
    '  end',
    '  subgraph outside [Listed hosts]',
    ...indent(hostsOf(graph), 4),
    '  end',
    ...indent(arrowsOf(graph, programs), 2),
  ].join('\n');
}

function edgeOf(graph: Graph): readonly string[] {
  const [policy = ''] = ofType(graph, 'aws:lb/listener:Listener')
    .map(({ inputs }) => textAt(inputs, 'sslPolicy'))
    .filter(Boolean);
  const tls = /TLS13-1-3/.test(policy) ? 'TLS 1.3' : 'TLS 1.2 or 1.3';
  return [
    'subgraph edge [Edge: public subnets]',
    `  waf[WAF] --> alb[Load balancer, ${tls}]`,
    'end',
  ];
}

function segmentOf(
  graph: Graph,
  segment: string,
  programs: readonly ProgramNodes[],
): readonly string[] {
  const own = programs.filter((program) => program.segment === segment);
  const services = own.filter(({ task }) => isService(graph, task));
  const tasks = own.filter(({ task }) => !isService(graph, task));
  const placed = (tier: string) => services.filter(({ task }) => tierOf(graph, task) === tier);
  const database = databasesOf(graph).find((one) => one.segment === segment);
  const chosen = placed('chosen');
  return [
    `subgraph s_${key(segment)} [Segment ${segment}]`,
    `  subgraph s_${key(segment)}_app [app subnets]`,
    ...[...placed('app'), ...tasks].map(({ id, task }) =>
      isService(graph, task) ? `    p_${key(id)}[${id}]` : `    p_${key(id)}>${id}, when started]`,
    ),
    '  end',
    ...(chosen.length > 0
      ? [
          `  subgraph s_${key(segment)}_chosen [subnets for hosts that users choose]`,
          ...chosen.map(({ id }) => `    p_${key(id)}[${id}]`),
          '  end',
        ]
      : []),
    ...(database
      ? [
          `  subgraph s_${key(segment)}_data [data subnets, no way out]`,
          `    db_${key(segment)}[(Aurora PostgreSQL)]`,
          '  end',
        ]
      : []),
    'end',
  ];
}

function isService(graph: Graph, task: Node): boolean {
  return serviceOf(graph, task) !== undefined;
}

function serviceOf(graph: Graph, task: Node): Node | undefined {
  return ofType(graph, 'aws:ecs/service:Service').find(
    ({ inputs }) => inputs['taskDefinition'] === task.arn,
  );
}

function tierOf(graph: Graph, task: Node): string {
  const [first] = listAt(serviceOf(graph, task)?.inputs, 'networkConfiguration.subnets');
  const subnet = graph.find(({ id, type }) => type === 'aws:ec2/subnet:Subnet' && id === first);
  return /-chosen-[a-z]$/.test(subnet?.name ?? '') ? 'chosen' : 'app';
}

function wayOutOf(graph: Graph): readonly string[] {
  const names = ofType(graph, 'aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup');
  const walls = ofType(graph, 'aws:networkfirewall/firewall:Firewall');
  const kinds = [
    ...(names.length > 0 ? ['DNS firewall'] : []),
    ...(walls.length > 0 ? ['network firewall'] : []),
    ...(ofType(graph, 'aws:ec2/natGateway:NatGateway').length > 0 ? ['NAT'] : []),
  ];
  return [`exit[Way out: ${kinds.join(', ')}]`];
}

/** One box per AWS service, with the number of its resources. */
function servicesOf(graph: Graph): readonly string[] {
  const count = (...types: readonly string[]) => ofType(graph, ...types).length;
  const buckets = ofType(graph, 'aws:s3/bucket:Bucket').map(({ name }) => name);
  const [keys, secrets, logs, alarms] = [
    count('aws:kms/key:Key'),
    count('aws:secretsmanager/secret:Secret'),
    count('aws:cloudwatch/logGroup:LogGroup'),
    count('aws:cloudwatch/metricAlarm:MetricAlarm', 'aws:cloudwatch/eventRule:EventRule'),
  ];
  const boxes: readonly (readonly [id: string, text: string, isThere: number])[] = [
    ['kms', `KMS: ${keys} keys`, keys],
    ['secrets', `Secrets Manager: ${secrets} secrets without values`, secrets],
    ['s3', `S3: ${buckets.join(', ')}`, buckets.length],
    ['logs', `CloudWatch: ${logs} logs, 400 days`, logs],
    ['alarms', `${alarms} alarms to SNS`, count('aws:sns/topic:Topic')],
    ['ses', 'SES: signed, TLS only', count('aws:sesv2/emailIdentity:EmailIdentity')],
    ['trail', 'CloudTrail, GuardDuty, Access Analyzer', count('aws:cloudtrail/trail:Trail')],
    ['ecr', 'ECR: images by digest', 1],
  ];
  return [
    'subgraph services [AWS services]',
    ...boxes.flatMap(([id, text, isThere]) => (isThere > 0 ? [`  ${id}[${text}]`] : [])),
    'end',
  ];
}

function hostsOf(graph: Graph): readonly string[] {
  const listed = ofType(graph, 'aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList')
    .flatMap(({ inputs }) => listAt(inputs, 'domains'))
    .filter((domain): domain is string => typeof domain === 'string' && !isInside(domain))
    .map((domain) => domain.replace(/\.$/, ''));
  const isChosen = ofType(graph, 'aws:ec2/subnet:Subnet').some(({ name }) => /-chosen-/.test(name));
  const lines = [
    ...[...new Set(listed)].toSorted().map((host, index) => `host_${index}[${host}]`),
    ...(isChosen ? ['chosen[Hosts that users choose]'] : []),
  ];
  return lines.length > 0 ? lines : ['none[none]'];
}

function isInside(domain: string): boolean {
  return /(amazonaws\.com|\.internal)\.?$/.test(domain) || /^\*\.?$/.test(domain);
}

function arrowsOf(graph: Graph, programs: readonly ProgramNodes[]): readonly string[] {
  const groups = new Map<string, string>([
    ...programs.flatMap(({ id, group }) => (group ? [[group.id, `p_${key(id)}`] as const] : [])),
    ...databasesOf(graph).flatMap(({ segment, groups: own }) =>
      own.map((group) => [group, `db_${key(segment)}`] as const),
    ),
    ...ofType(graph, 'aws:lb/loadBalancer:LoadBalancer').flatMap(({ inputs }) =>
      listAt(inputs, 'securityGroups').map((group) => [String(group), 'alb'] as const),
    ),
  ]);
  const ways = ofType(graph, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').flatMap(
    ({ inputs }) => {
      const from = groups.get(textAt(inputs, 'securityGroupId'));
      const to = groups.get(textAt(inputs, 'referencedSecurityGroupId'));
      const port = String(at(inputs, 'fromPort'));
      if (from === undefined) return [];
      if (to !== undefined) return [`${from} -->|${port}| ${to}`];
      return textAt(inputs, 'cidrIpv4') === '' ? [] : [`${from} -->|${port}| exit`];
    },
  );
  return [
    'clients -->|443| waf',
    ...[...new Set(ways)].toSorted(),
    ...[...new Set(programs.map(({ segment }) => key(segment)))]
      .toSorted()
      .map((segment) => `s_${segment} -->|443| endpoints`),
    'endpoints --> services',
    'exit --> outside',
    'workflow -->|deploys within its boundary| account',
  ];
}

function key(name: string): string {
  return name.replaceAll('-', '_');
}

function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}

if (import.meta.main) writeArchitecture(await renderArchitecture());
