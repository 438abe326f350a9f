import type { Graph, Node } from '../graph.ts';
import { at, listAt, named, ofType, textAt } from '../graph.ts';
import { each, identityStatements, rule } from '../rule.ts';
import { databasesOf, programsOf, segmentOf } from '../segments.ts';
import { resourceIdOf } from '../cloud.ts';
import { containersOf } from './compute.ts';

const INGRESS = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';
const USES = /^(kms:(Decrypt|Sign|GenerateDataKey)|secretsmanager:GetSecretValue)$/;
const POSTGRES = 5432;

export const isolationRules = [
  rule(
    'ISO-01',
    'A database is reached by the programs of its segment, and by nobody else.',
    {},
    function* (graph) {
      const databases = databasesOf(graph);
      for (const node of ofType(graph, INGRESS)) {
        const owner = databases.find(({ groups }) =>
          groups.includes(textAt(node.inputs, 'securityGroupId')),
        );
        if (owner === undefined) continue;
        const from = programsOf(graph).find(
          ({ group }) => group?.id === node.inputs['referencedSecurityGroupId'],
        );
        if (from?.segment !== owner.segment || node.inputs['fromPort'] !== POSTGRES)
          yield [node, `opens the database of ${owner.segment} to somebody else`];
      }
      for (const { cluster, groups } of databases)
        if (groups.length !== 1) yield [cluster, 'stands in groups of others'];
    },
  ),
  rule(
    'ISO-02',
    'Around the data of a segment stands a second wall, open to its own subnets alone.',
    {},
    function* (graph) {
      for (const { segment, cluster } of databasesOf(graph)) {
        const walls = ofType(graph, 'aws:ec2/networkAcl:NetworkAcl').filter(({ inputs }) =>
          subnetsOf(graph, cluster).every((subnet) => listAt(inputs, 'subnetIds').includes(subnet)),
        );
        const own = rangesOf(graph, segment);
        const isOpen = walls
          .flatMap(({ inputs }) => [...listAt(inputs, 'ingress'), ...listAt(inputs, 'egress')])
          .some(
            (entry) => at(entry, 'action') === 'allow' && !own.includes(textAt(entry, 'cidrBlock')),
          );
        if (walls.length === 0 || isOpen) yield [cluster, 'has subnets that others reach'];
      }
    },
  ),
  rule(
    'ISO-03',
    'Between segments lead calls to a port that a program listens on, and nothing else.',
    {},
    function* (graph) {
      const programs = programsOf(graph);
      for (const node of ofType(graph, INGRESS)) {
        const from = programs.find(
          ({ group }) => group?.id === node.inputs['referencedSecurityGroupId'],
        );
        const to = programs.find(({ group }) => group?.id === node.inputs['securityGroupId']);
        if (!from || !to || from.segment === to.segment) continue;
        const ports = containersOf(to.task)
          .flatMap((one) => listAt(one, 'portMappings'))
          .map((mapping) => at(mapping, 'containerPort'));
        if (!ports.includes(node.inputs['fromPort'] ?? null))
          yield [node, `leads from ${from.segment} to where ${to.id} does not listen`];
      }
    },
  ),
  rule(
    'ISO-04',
    'The keys and secrets of a segment are used by its own roles.',
    {},
    function* (graph) {
      for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
        const own = roleSegment(graph, node);
        if (effect !== 'Allow' || own === undefined || !actions.some((action) => USES.test(action)))
          continue;
        const foreign = resources
          .map((arn) => named(graph, arn))
          .find((used) => {
            const segment = used && segmentOf(graph, used);
            return segment !== undefined && segment !== own;
          });
        if (foreign) yield [node, `uses ${foreign.name} of another segment`];
      }
    },
  ),
  rule('ISO-05', 'A program signs in to the database of its segment alone.', {}, function* (graph) {
    for (const [node, { effect, actions, resources }] of identityStatements(graph)) {
      if (effect !== 'Allow' || !actions.includes('rds-db:connect')) continue;
      const segment = roleSegment(graph, node);
      const own = databasesOf(graph).filter((database) => database.segment === segment);
      const isOwn = (resource: string) =>
        own.some(({ cluster }) => resource.includes(`:dbuser:${resourceIdOf(cluster)}/`));
      if (!resources.every(isOwn)) yield [node, 'signs in to the database of another segment'];
    }
  }),
  rule(
    'ISO-06',
    'A service stands in the subnets of its segment.',
    {},
    each(['aws:ecs/service:Service'], (node, graph) => {
      const task = named(graph, node.inputs['taskDefinition']);
      const program = programsOf(graph).find((one) => one.task === task);
      if (program === undefined) return 'runs what has no place';
      const subnets = listAt(node.inputs, 'networkConfiguration.subnets');
      const isInPlace = subnets.every((id) => {
        const subnet = named(graph, id);
        return (
          subnet !== undefined && new RegExp(`^${program.segment}-(app|chosen)-`).test(subnet.name)
        );
      });
      const groups = listAt(node.inputs, 'networkConfiguration.securityGroups');
      return isInPlace && groups.length === 1 && groups[0] === program.group?.id
        ? undefined
        : 'stands where another segment is';
    }),
  ),
];

function roleSegment(graph: Graph, policy: Node): string | undefined {
  const name = textAt(named(graph, policy.inputs['role'])?.inputs, 'name');
  return /^[a-z0-9-]+\.([a-z0-9-]+)\.[a-z0-9-]+(?:\.start)?$/.exec(name)?.[1];
}

function subnetsOf(graph: Graph, cluster: Node): readonly string[] {
  const group = ofType(graph, 'aws:rds/subnetGroup:SubnetGroup').find(({ id, name }) =>
    [id, name].includes(textAt(cluster.inputs, 'dbSubnetGroupName')),
  );
  return listAt(group?.inputs, 'subnetIds').filter((subnet) => typeof subnet === 'string');
}

function rangesOf(graph: Graph, segment: string): readonly string[] {
  return ofType(graph, 'aws:ec2/subnet:Subnet')
    .filter(({ name }) => new RegExp(`^${segment}-(app|chosen)-`).test(name))
    .map(({ inputs }) => textAt(inputs, 'cidrBlock'));
}
