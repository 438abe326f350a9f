import type { Graph, Json, Node } from '../graph.ts';
import { at, documentAt, leaves, listAt, named, ofType, textAt } from '../graph.ts';
import { resourceIdOf } from '../cloud.ts';
import { databasesOf, programsOf, segmentOf } from '../graph.ts';
import type { Values } from './rule.ts';
import { identityStatements, isManaged, meets, must, rule } from './rule.ts';

const TASK = 'aws:ecs/taskDefinition:TaskDefinition';
const SERVICE = 'aws:ecs/service:Service';
const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const DIGEST = /@sha256:[0-9a-f]{64}$/;
const ROOTLESS = /^[1-9]\d*(:[1-9]\d*)?$/;
/** Names of environment variables that promise a secret. */
const SECRET_NAME =
  /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY|_KEYS?|DSN|DATABASE_URL)$/i;
const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const ADDRESS = /^[a-z]+:\/\/(?:[^/\s:@]+@)?[^/\s:@]+(?::\d+)?(?:\/[^\s@]*)?$/;
const USES = /^(kms:(Decrypt|Sign|GenerateDataKey)|secretsmanager:GetSecretValue)$/;
const POSTGRES = 5432;

/** What a program is started as, and that programs of one segment reach nothing of another. */
export const programRules = [
  ...mustContain({
    'ECS-01: A container cannot write to its own image.': { readonlyRootFilesystem: true },
    'ECS-02: A container does not run as root.': (container) =>
      ROOTLESS.test(textAt(container, 'user')),
    'ECS-03: A container has no Linux capabilities.': (container) =>
      listAt(container, 'linuxParameters.capabilities.drop').includes('ALL') &&
      listAt(container, 'linuxParameters.capabilities.add').length === 0 &&
      at(container, 'privileged') !== true,
    'ECS-06: An image is named by its digest: a tag can move.': (container) =>
      DIGEST.test(textAt(container, 'image')),
    'ECS-08: Each program has a log of this project.': {
      'logConfiguration.options.awslogs-group': isManaged,
    },
    'ECS-11: Variables named like secrets hold references.': holdsNoSecret,
    'ECS-12: Injected secrets are secrets of this project.': hasOwnSecrets,
    'ECS-13: A program that listens has a health check.': (container) =>
      listAt(container, 'portMappings').every((mapping) => hasHealthCheck(container, mapping)),
  }),
  ...must(SERVICE, {
    'ECS-04: No one opens a shell in a running task.': { enableExecuteCommand: false },
    'ECS-05: No task has a public address.': { 'networkConfiguration.assignPublicIp': false },
    'ECS-09: A release that does not start is rolled back.': {
      'deploymentCircuitBreaker.enable': true,
      'deploymentCircuitBreaker.rollback': true,
    },
    'ISO-06: A service stands in its own segment.': isInOwnSegment,
  }),
  ...must(TASK, {
    'ECS-07: A task and what starts it have different roles.': ({ inputs }, graph) => {
      const task = named(graph, inputs['taskRoleArn']);
      const start = named(graph, inputs['executionRoleArn']);
      return task !== undefined && start !== undefined && task !== start;
    },
    'ECS-10: A task shares nothing with its host or with another task.': ({ inputs }) =>
      inputs['networkMode'] === 'awsvpc' &&
      listAt(inputs, 'requiresCompatibilities').includes('FARGATE') &&
      inputs['pidMode'] === undefined &&
      listAt(inputs, 'volumes').length === 0,
  }),
  ...must('aws:ecr/repository:Repository', {
    'ECR-01: Image tags are immutable, and images are scanned on push.': {
      forceDelete: (value) => value !== true,
      imageTagMutability: 'IMMUTABLE',
      'imageScanningConfiguration.scanOnPush': true,
      'encryptionConfigurations.0.encryptionType': 'KMS',
      'options.protect': true,
    },
  }),
  rule('ISO-01', 'Only programs of its segment reach a database.', function* (graph) {
    const databases = databasesOf(graph);
    for (const node of ofType(graph, INGRESS)) {
      const owner = databases.find(({ groups }) =>
        groups.includes(textAt(node.inputs, 'securityGroupId')),
      );
      const from = programWith(graph, node.inputs['referencedSecurityGroupId']);
      if (owner && (from?.segment !== owner.segment || node.inputs['fromPort'] !== POSTGRES))
        yield [node, `opens the database of ${owner.segment} to others`];
    }
    for (const { cluster, groups } of databases)
      if (groups.length !== 1) yield [cluster, 'stands in security groups of others'];
  }),
  rule('ISO-02', 'A network ACL opens data subnets to their own segment alone.', function* (graph) {
    for (const { segment, cluster } of databasesOf(graph)) {
      const acls = ofType(graph, 'aws:ec2/networkAcl:NetworkAcl').filter(({ inputs }) =>
        subnetsOf(graph, cluster).every((subnet) => listAt(inputs, 'subnetIds').includes(subnet)),
      );
      const own = rangesOf(graph, segment);
      const isOpen = acls
        .flatMap(({ inputs }) => [...listAt(inputs, 'ingress'), ...listAt(inputs, 'egress')])
        .some(
          (entry) => at(entry, 'action') === 'allow' && !own.includes(textAt(entry, 'cidrBlock')),
        );
      if (acls.length === 0 || isOpen) yield [cluster, 'has subnets that others reach'];
    }
  }),
  rule('ISO-03', 'Other segments reach a program on its own port alone.', function* (graph) {
    for (const node of ofType(graph, INGRESS)) {
      const from = programWith(graph, node.inputs['referencedSecurityGroupId']);
      const to = programWith(graph, node.inputs['securityGroupId']);
      if (!from || !to || from.segment === to.segment) continue;
      const ports = containersOf(to.task)
        .flatMap((one) => listAt(one, 'portMappings'))
        .map((mapping) => at(mapping, 'containerPort'));
      if (!ports.includes(node.inputs['fromPort'] ?? null))
        yield [node, `leads from ${from.segment} to where ${to.id} does not listen`];
    }
  }),
  rule('ISO-04', 'Only roles of its segment use a key or a secret.', function* (graph) {
    for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
      const own = roleSegment(graph, node);
      if (effect !== 'Allow' || own === undefined || !actions.some((action) => USES.test(action)))
        continue;
      const foreign = resources
        .map((arn) => named(graph, arn))
        .find((used) => used && ![undefined, own].includes(segmentOf(graph, used)));
      if (foreign) yield [node, `uses ${foreign.name} of another segment`];
    }
  }),
  rule('ISO-05', 'A program signs in to the database of its segment alone.', function* (graph) {
    for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
      if (effect !== 'Allow' || !actions.includes('rds-db:connect')) continue;
      const segment = roleSegment(graph, node);
      const own = databasesOf(graph).filter((database) => database.segment === segment);
      const isOwn = (resource: string) =>
        own.some(({ cluster }) => resource.includes(`:dbuser:${resourceIdOf(cluster)}/`));
      if (!resources.every(isOwn)) yield [node, 'signs in to the database of another segment'];
    }
  }),
];

type ContainerCheck = Values | ((container: Json, graph: Graph) => boolean | string);

/** Rules that every container of a task has to pass. */
function mustContain(checks: Readonly<Record<string, ContainerCheck>>) {
  const ofTasks = Object.entries(checks).map(([key, check]) => {
    const verdictOf = (container: Json, graph: Graph) =>
      typeof check === 'function' ? check(container, graph) : meets(container, check, graph);
    const checkTask = (task: Node, graph: Graph) => {
      const verdicts = containersOf(task).map((container) => verdictOf(container, graph));
      if (verdicts.length === 0) return 'It has no container that can be read.';
      return verdicts.find((verdict) => verdict !== true) ?? true;
    };
    return [key, checkTask] as const;
  });
  return must(TASK, Object.fromEntries(ofTasks));
}

function containersOf(node: Node): readonly Json[] {
  const document = documentAt(node, 'containerDefinitions');
  return Array.isArray(document) ? document : [];
}

function holdsNoSecret(container: Json): boolean | string {
  const secret = listAt(container, 'environment').find(
    (entry) => SECRET_NAME.test(textAt(entry, 'name')) && !isReference(textAt(entry, 'value')),
  );
  return secret === undefined || `${textAt(secret, 'name')} holds a value.`;
}

function hasOwnSecrets(container: Json, graph: Graph): boolean | string {
  const stray = listAt(container, 'secrets').find(
    // The reference may end with `:key:stage:version`.
    (entry) =>
      named(graph, textAt(entry, 'valueFrom').split(':').slice(0, 7).join(':'))?.type !==
      'aws:secretsmanager/secret:Secret',
  );
  return stray === undefined || `${textAt(stray, 'name')} comes from elsewhere.`;
}

// Without a shell: the image has none.
function hasHealthCheck(container: Json, mapping: Json): boolean {
  const [how, node, file, port] = listAt(container, 'healthCheck.command').map(String);
  return (
    how === 'CMD' &&
    node === '/nodejs/bin/node' &&
    /^services\/[a-z0-9-]+\/alive\.ts$/.test(file ?? '') &&
    port === String(at(mapping, 'containerPort'))
  );
}

function isInOwnSegment({ inputs }: Node, graph: Graph): boolean | string {
  const task = named(graph, inputs['taskDefinition']);
  const program = programsOf(graph).find((one) => one.task === task);
  if (program === undefined) return 'It has no program.';
  const groups = listAt(inputs, 'networkConfiguration.securityGroups');
  const isInside = listAt(inputs, 'networkConfiguration.subnets').every((id) =>
    isOfSegment(program.segment, named(graph, id)),
  );
  return isInside && groups.length === 1 && groups[0] === program.group?.id;
}

/** A subnet for programs of the segment. */
function isOfSegment(segment: string, subnet: Node | undefined): boolean {
  return new RegExp(`^${segment}-(app|chosen)-`).test(subnet?.name ?? '');
}

/** ARNs, times, and addresses without a password: by themselves or in JSON. */
function isReference(value: string): boolean {
  return leaves(value).every(
    ([, leaf]) =>
      typeof leaf === 'string' &&
      (leaf.startsWith('arn:aws:') || TIME.test(leaf) || ADDRESS.test(leaf)),
  );
}

function programWith(graph: Graph, securityGroup: Json | undefined) {
  return programsOf(graph).find(({ group }) => group !== undefined && group.id === securityGroup);
}

function roleSegment(graph: Graph, policy: Node): string | undefined {
  const name = textAt(named(graph, policy.inputs['role'])?.inputs, 'name');
  return /^[a-z0-9-]+\.([a-z0-9-]+)\.[a-z0-9-]+(?:\.start)?$/.exec(name)?.[1];
}

function subnetsOf(graph: Graph, cluster: Node): readonly Json[] {
  const group = ofType(graph, 'aws:rds/subnetGroup:SubnetGroup').find(({ id, name }) =>
    [id, name].includes(textAt(cluster.inputs, 'dbSubnetGroupName')),
  );
  return listAt(group?.inputs, 'subnetIds');
}

function rangesOf(graph: Graph, segment: string): readonly string[] {
  return ofType(graph, 'aws:ec2/subnet:Subnet')
    .filter((subnet) => isOfSegment(segment, subnet))
    .map(({ inputs }) => textAt(inputs, 'cidrBlock'));
}
