import type { Graph, Node } from './graph.ts';
import { listAt, named, ofType, textAt } from './graph.ts';

export interface ProgramNodes {
  readonly id: string;
  readonly segment: string;
  readonly role: Node;
  /** Its security group. */
  readonly group: Node | undefined;
  readonly task: Node;
}

export interface DatabaseNodes {
  readonly segment: string;
  readonly cluster: Node;
  readonly groups: readonly string[];
}

/** `<project>-<environment>.<segment>.<program>`: the name of a role holds the segment of its program. */
const ROLE = /^[a-z0-9-]+\.([a-z0-9-]+)\.([a-z0-9-]+)$/;

export function programsOf(graph: Graph): readonly ProgramNodes[] {
  return ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition').flatMap((task) => {
    const role = named(graph, task.inputs['taskRoleArn']);
    const [, segment, id] = ROLE.exec(textAt(role?.inputs, 'name')) ?? [];
    if (role === undefined || segment === undefined || id === undefined) return [];
    const groups = ofType(graph, 'aws:ec2/securityGroup:SecurityGroup');
    return [{ id, segment, role, group: groups.find(({ name }) => name === id), task }];
  });
}

export function databasesOf(graph: Graph): readonly DatabaseNodes[] {
  return ofType(graph, 'aws:rds/cluster:Cluster').map((cluster) => ({
    segment: cluster.name.replace(/^database-/, ''),
    cluster,
    groups: listAt(cluster.inputs, 'vpcSecurityGroupIds').filter(
      (group) => typeof group === 'string',
    ),
  }));
}

/** A subnet of programs that call hosts that users choose, which no list can hold. */
export function isForChosen({ type, name }: Node): boolean {
  return type === 'aws:ec2/subnet:Subnet' && /^[a-z0-9-]+-chosen-[a-z]$/.test(name);
}

/** The segment of a key or a secret; undefined if no segment owns it. */
export function segmentOf(graph: Graph, node: Node): string | undefined {
  if (node.type === 'aws:secretsmanager/secret:Secret') {
    const key = named(graph, node.inputs['kmsKeyId']);
    return key && segmentOf(graph, key);
  }
  const byRoles = /role\/[a-z0-9-]+\.([a-z0-9-]+)\.\*/.exec(textAt(node.inputs, 'policy'))?.[1];
  return byRoles ?? /^key-([a-z0-9-]+)-(?:data|secrets)$/.exec(node.name)?.[1];
}
