import type { Graph, Json, Node } from '../graph.ts';
import { at, documentAt, leaves, listAt, named, textAt } from '../graph.ts';
import type { SeeAlso } from '../rule.ts';
import { each, rule } from '../rule.ts';

const TASK = 'aws:ecs/taskDefinition:TaskDefinition';
const SERVICE = 'aws:ecs/service:Service';
const DIGEST = /@sha256:[0-9a-f]{64}$/;
const ROOTLESS = /^[1-9]\d*(:[1-9]\d*)?$/;
/** What a name of the environment says when a secret is meant. */
const SECRET_NAME =
  /(SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY|_KEYS?|DSN|DATABASE_URL)$/i;

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const ADDRESS = /^[a-z]+:\/\/(?:[^/\s:@]+@)?[^/\s:@]+(?::\d+)?(?:\/[^\s@]*)?$/;

export const computeRules = [
  ofContainers(
    'ECS-01',
    'A program cannot change what it was started from.',
    { checkov: ['CKV_AWS_336'] },
    (container) =>
      at(container, 'readonlyRootFilesystem') === true ? undefined : 'writes where its code is',
  ),
  ofContainers('ECS-02', 'A program is nobody on any host.', {}, (container) =>
    ROOTLESS.test(textAt(container, 'user')) ? undefined : 'runs as root',
  ),
  ofContainers(
    'ECS-03',
    'A program has none of the powers of root.',
    { checkov: ['CKV_AWS_334', 'CKV_AWS_335'] },
    (container) => {
      const { length } = listAt(container, 'linuxParameters.capabilities.add');
      const isBare = listAt(container, 'linuxParameters.capabilities.drop').includes('ALL');
      return isBare && length === 0 && at(container, 'privileged') !== true
        ? undefined
        : 'has powers of root';
    },
  ),
  rule(
    'ECS-04',
    'Nobody gets a shell in a running task.',
    {},
    each([SERVICE], ({ inputs }) =>
      inputs['enableExecuteCommand'] === false ? undefined : 'lets somebody in',
    ),
  ),
  rule(
    'ECS-05',
    'No task has an address of the internet.',
    { checkov: ['CKV_AWS_333'] },
    each([SERVICE], ({ inputs }) =>
      at(inputs, 'networkConfiguration.assignPublicIp') === false
        ? undefined
        : 'has an address of the internet',
    ),
  ),
  ofContainers(
    'ECS-06',
    'What runs is what was tested: an image by its digest.',
    {},
    (container) =>
      DIGEST.test(textAt(container, 'image')) ? undefined : 'runs whatever its tag says today',
  ),
  rule(
    'ECS-07',
    'What starts a task may do other things than the task.',
    { checkov: ['CKV_AWS_249'] },
    each([TASK], ({ inputs }, graph) => {
      const [task, start] = [
        named(graph, inputs['taskRoleArn']),
        named(graph, inputs['executionRoleArn']),
      ];
      return task && start && task !== start ? undefined : 'does what only its agent may';
    }),
  ),
  ofContainers(
    'ECS-08',
    'Every program has a log.',
    { nag: ['ECS7'] },
    (container, _node, graph) =>
      named(graph, at(container, 'logConfiguration.options.awslogs-group'))
        ? undefined
        : 'has no log of ours',
  ),
  rule(
    'ECS-09',
    'A release that does not start is taken back.',
    {},
    each([SERVICE], ({ inputs }) =>
      at(inputs, 'deploymentCircuitBreaker.enable') === true &&
      at(inputs, 'deploymentCircuitBreaker.rollback') === true
        ? undefined
        : 'stays broken',
    ),
  ),
  rule(
    'ECS-10',
    'A task shares nothing with its host or with another.',
    { checkov: ['CKV_AWS_335'] },
    each([TASK], ({ inputs }) =>
      inputs['networkMode'] === 'awsvpc' &&
      listAt(inputs, 'requiresCompatibilities').includes('FARGATE') &&
      inputs['pidMode'] === undefined &&
      listAt(inputs, 'volumes').length === 0
        ? undefined
        : 'shares something with its host',
    ),
  ),
  ofContainers(
    'ECS-11',
    'A name in the environment that promises a secret has a reference.',
    { nag: ['ECS2'] },
    (container) => {
      const told = listAt(container, 'environment').find(
        (entry) => SECRET_NAME.test(textAt(entry, 'name')) && !isReference(textAt(entry, 'value')),
      );
      return told === undefined ? undefined : `is told ${textAt(told, 'name')}`;
    },
  ),
  ofContainers(
    'ECS-12',
    'What is injected comes from a secret of ours.',
    {},
    (container, _node, graph) => {
      const stray = listAt(container, 'secrets').find(
        (entry) => !isOurSecret(textAt(entry, 'valueFrom'), graph),
      );
      return stray === undefined ? undefined : `takes ${textAt(stray, 'name')} from elsewhere`;
    },
  ),
  ofContainers(
    'ECS-13',
    'A program that listens is asked whether it still answers.',
    {},
    (container) =>
      listAt(container, 'portMappings').every((mapping) => isAsked(container, mapping))
        ? undefined
        : 'may hang unseen',
  ),
];

// Without a shell: there is none in the image.
function isAsked(container: Json, mapping: Json): boolean {
  const [how, node, file, port] = listAt(container, 'healthCheck.command').map(String);
  return (
    how === 'CMD' &&
    node === '/nodejs/bin/node' &&
    /^services\/[a-z0-9-]+\/alive\.ts$/.test(file ?? '') &&
    port === String(at(mapping, 'containerPort'))
  );
}

function ofContainers(
  id: string,
  demands: string,
  seeAlso: SeeAlso,
  wrong: (container: Json, node: Node, graph: Graph) => string | undefined,
) {
  return rule(
    id,
    demands,
    seeAlso,
    each([TASK], (node, graph) => {
      const containers = containersOf(node);
      if (containers.length === 0) return 'has no container that can be read';
      return containers.map((container) => wrong(container, node, graph)).find(Boolean);
    }),
  );
}

export function containersOf(node: Node): readonly Json[] {
  const document = documentAt(node, 'containerDefinitions');
  return Array.isArray(document) ? document : [];
}

/** ARNs, times, and addresses without anybody's password: by themselves or in JSON. */
function isReference(value: string): boolean {
  return leaves(value).every(
    ([, leaf]) =>
      typeof leaf === 'string' &&
      (leaf.startsWith('arn:aws:') || TIME.test(leaf) || ADDRESS.test(leaf)),
  );
}

function isOurSecret(reference: string, graph: Graph): boolean {
  // With `:key:stage:version` behind it, where one of several values is meant.
  const arn = reference.split(':').slice(0, 7).join(':');
  return named(graph, arn)?.type === 'aws:secretsmanager/secret:Secret';
}
