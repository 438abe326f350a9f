import type { Graph, Node } from './graph.ts';
import { listAt, named, ofType, textAt } from './graph.ts';

export interface PlacedProgram {
  readonly id: string;
  readonly segment: string;
  readonly role: Node;
  /** Its security group. */
  readonly group: Node | undefined;
  readonly task: Node;
}

export interface PlacedDatabase {
  readonly segment: string;
  readonly cluster: Node;
  readonly groups: readonly string[];
}

/** `<project>-<environment>.<segment>.<program>`: what a role is called says where its program stands. */
const ROLE = /^[a-z0-9-]+\.([a-z0-9-]+)\.([a-z0-9-]+)$/;

export function programsOf(graph: Graph): readonly PlacedProgram[] {
  return ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition').flatMap((task) => {
    const role = named(graph, task.inputs['taskRoleArn']);
    const [, segment, id] = ROLE.exec(textAt(role?.inputs, 'name')) ?? [];
    if (role === undefined || segment === undefined || id === undefined) return [];
    const group = groupsNamed(graph, id);
    return [{ id, segment, role, group, task }];
  });
}

function groupsNamed(graph: Graph, name: string): Node | undefined {
  return ofType(graph, 'aws:ec2/securityGroup:SecurityGroup').find((node) => node.name === name);
}

export function databasesOf(graph: Graph): readonly PlacedDatabase[] {
  return ofType(graph, 'aws:rds/cluster:Cluster').map((cluster) => ({
    segment: cluster.name.replace(/^database-/, ''),
    cluster,
    groups: listAt(cluster.inputs, 'vpcSecurityGroupIds').filter(
      (group) => typeof group === 'string',
    ),
  }));
}

/** A subnet of programs that call what users choose, which no list can hold. */
export function isForChosen({ type, name }: Node): boolean {
  return type === 'aws:ec2/subnet:Subnet' && /^[a-z0-9-]+-chosen-[a-z]$/.test(name);
}

/** Of a key or a secret; undefined for what no segment owns. */
export function segmentOf(graph: Graph, node: Node): string | undefined {
  if (node.type === 'aws:secretsmanager/secret:Secret') {
    const key = named(graph, node.inputs['kmsKeyId']);
    return key && segmentOf(graph, key);
  }
  const byRoles = /role\/[a-z0-9-]+\.([a-z0-9-]+)\.\*/.exec(textAt(node.inputs, 'policy'))?.[1];
  return byRoles ?? /^key-([a-z0-9-]+)-(?:data|secrets)$/.exec(node.name)?.[1];
}
