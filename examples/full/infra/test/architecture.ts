import { mkdirSync, writeFileSync } from 'node:fs';
import { captureProject } from './example.ts';
import type { Graph, Node } from './graph.ts';
import {
  at,
  databasesOf,
  isForChosen,
  listAt,
  named,
  ofType,
  programsOf,
  textAt,
  where,
} from './graph.ts';

export const ARCHITECTURE = new URL('../docs/architecture.md', import.meta.url);

/** The page for this project, as production deploys it. */
export async function renderArchitecture(given?: Graph): Promise<string> {
  const graph = given ?? (await captureProject()).graph;
  const resources = graph.filter(({ custom }) => custom).length;
  return `# Architecture

Drawn from the ${resources} resources that \`infra/\` declares for production. A box is a trust boundary, and an arrow a
path that the security groups leave open: everything else is closed. \`npm run draw\` redraws this page, and a test fails
while it differs from the program. (SUPPLY-5)

\`\`\`mermaid
${drawingOf(graph).join('\n')}
\`\`\`
`;
}

export function writeArchitecture(page: string): void {
  mkdirSync(new URL('./', ARCHITECTURE), { recursive: true });
  writeFileSync(ARCHITECTURE, page);
}

/** A Mermaid flowchart of the captured graph: a box for each trust boundary, an arrow for each open path. */
function drawingOf(graph: Graph): readonly string[] {
  const segments = [...new Set(programsOf(graph).map(({ segment }) => segment))].toSorted();
  const network = [
    'direction LR',
    ...edgeOf(graph),
    ...segments.flatMap((segment) => segmentOf(graph, segment)),
    `exit[Way out: ${wayOutOf(graph).join(', ')}]`,
    'endpoints[[Endpoints: this account only]]',
  ];
  return [
    'flowchart LR',
    ...indent([
      'clients([Clients])',
      ...box('github [GitHub]', ['workflow[Workflows, by OIDC]']),
      ...box('account [AWS account]', [
        'direction LR',
        ...box('network [Network]', network),
        ...box('services [AWS services]', servicesOf(graph)),
      ]),
      ...box('outside [Listed hosts]', hostsOf(graph)),
      ...arrowsOf(graph, segments),
    ]),
  ];
}

function box(title: string, lines: readonly string[]): readonly string[] {
  return [`subgraph ${title}`, ...indent(lines), 'end'];
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function key(name: string): string {
  return name.replaceAll('-', '_');
}

function edgeOf(graph: Graph): readonly string[] {
  const policies = ofType(graph, 'aws:lb/listener:Listener').map(({ inputs }) =>
    textAt(inputs, 'sslPolicy'),
  );
  const tls = /TLS13-1-3/.test(policies.find(Boolean) ?? '') ? 'TLS 1.3' : 'TLS 1.2 or 1.3';
  return box('edge [Edge: public subnets]', [`waf[WAF] --> alb[Load balancer, ${tls}]`]);
}

/** Programs by their subnets, and the database. */
function segmentOf(graph: Graph, segment: string): readonly string[] {
  const id = `s_${key(segment)}`;
  const own = programsOf(graph).filter((program) => program.segment === segment);
  const subnetOf = (service: Node | undefined) =>
    named(graph, listAt(service?.inputs, 'networkConfiguration.subnets')[0]);
  const boxesOf = (place: 'app' | 'chosen' | 'none', end: (id: string) => string) =>
    own.flatMap(({ id: program, task }) => {
      const [service] = where(graph, 'aws:ecs/service:Service', { taskDefinition: task.arn });
      const subnet = subnetOf(service);
      const actual = subnet && isForChosen(subnet) ? 'chosen' : service ? 'app' : 'none';
      return actual === place ? [`p_${key(program)}${end(program)}`] : [];
    });
  const chosen = boxesOf('chosen', (program) => `[${program}]`);
  const app = [
    ...boxesOf('app', (program) => `[${program}]`),
    ...boxesOf('none', (program) => `>${program}, when started]`),
  ];
  const hasDatabase = databasesOf(graph).some((database) => database.segment === segment);
  return box(`${id} [Segment ${segment}]`, [
    ...box(`${id}_app [app subnets]`, app),
    ...(chosen.length > 0 ? box(`${id}_chosen [subnets for hosts that users choose]`, chosen) : []),
    ...(hasDatabase
      ? box(`${id}_data [data subnets, no way out]`, [`db_${key(segment)}[(Aurora PostgreSQL)]`])
      : []),
  ]);
}

function wayOutOf(graph: Graph): readonly string[] {
  const kinds = {
    'DNS firewall': 'aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup',
    'network firewall': 'aws:networkfirewall/firewall:Firewall',
    NAT: 'aws:ec2/natGateway:NatGateway',
  };
  return Object.entries(kinds).flatMap(([kind, type]) =>
    ofType(graph, type).length > 0 ? [kind] : [],
  );
}

/** One box per AWS service, with the number of its resources. */
function servicesOf(graph: Graph): readonly string[] {
  const count = (...types: readonly string[]) =>
    ofType(graph, ...types.map((type) => `aws:${type}`)).length;
  const buckets = ofType(graph, 'aws:s3/bucket:Bucket').map(({ name }) => name);
  const [keys, secrets, logs, alarms] = [
    count('kms/key:Key'),
    count('secretsmanager/secret:Secret'),
    count('cloudwatch/logGroup:LogGroup'),
    count('cloudwatch/metricAlarm:MetricAlarm', 'cloudwatch/eventRule:EventRule'),
  ];
  const boxes: readonly (readonly [box: string, isThere: number])[] = [
    [`kms[KMS: ${keys} keys]`, keys],
    [`secrets[Secrets Manager: ${secrets} secrets without values]`, secrets],
    [`s3[S3: ${buckets.join(', ')}]`, buckets.length],
    [`logs[CloudWatch: ${logs} logs, 400 days]`, logs],
    [`alarms[${alarms} alarms to SNS]`, count('sns/topic:Topic')],
    ['ses[SES: signed, TLS only]', count('sesv2/emailIdentity:EmailIdentity')],
    ['trail[CloudTrail, GuardDuty, Access Analyzer]', count('cloudtrail/trail:Trail')],
    ['ecr[ECR: images by digest]', 1],
  ];
  return boxes.flatMap(([line, isThere]) => (isThere > 0 ? [line] : []));
}

function hostsOf(graph: Graph): readonly string[] {
  const isInside = /(^\*|amazonaws\.com|\.internal)\.?$/;
  const listed = ofType(graph, 'aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList')
    .flatMap(({ inputs }) => listAt(inputs, 'domains'))
    .filter((domain) => typeof domain === 'string' && !isInside.test(domain))
    .map((domain) => String(domain).replace(/\.$/, ''));
  const lines = [...new Set(listed)].toSorted().map((host, index) => `host_${index}[${host}]`);
  if (graph.some(isForChosen)) lines.push('chosen[Hosts that users choose]');
  return lines.length > 0 ? lines : ['none[none]'];
}

/** An egress rule between two security groups, or to the way out, is an arrow. */
function arrowsOf(graph: Graph, segments: readonly string[]): readonly string[] {
  const boxes = new Map<unknown, string>([
    ...programsOf(graph).flatMap(({ id, group }) =>
      group ? [[group.id, `p_${key(id)}`] as const] : [],
    ),
    ...databasesOf(graph).flatMap(({ segment, groups }) =>
      groups.map((group) => [group, `db_${key(segment)}`] as const),
    ),
    ...ofType(graph, 'aws:lb/loadBalancer:LoadBalancer').flatMap(({ inputs }) =>
      listAt(inputs, 'securityGroups').map((group) => [group, 'alb'] as const),
    ),
  ]);
  const ways = ofType(graph, 'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').flatMap(
    ({ inputs }) => {
      const from = boxes.get(inputs['securityGroupId']);
      const to = boxes.get(inputs['referencedSecurityGroupId']) ?? (inputs['cidrIpv4'] && 'exit');
      return from && to ? [`${from} -->|${String(at(inputs, 'fromPort'))}| ${to}`] : [];
    },
  );
  return [
    'clients -->|443| waf',
    ...[...new Set(ways)].toSorted(),
    ...segments.map((segment) => `s_${key(segment)} -->|443| endpoints`).toSorted(),
    'endpoints --> services',
    'exit --> outside',
    'workflow -->|deploys within its boundary| account',
  ];
}

if (import.meta.main) writeArchitecture(await renderArchitecture());
