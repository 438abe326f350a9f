import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Settings } from '../settings.ts';

/** Who may call what. */
export interface Passing {
  readonly settings: Settings;
  readonly hosts: readonly string[];
  /** Subnets of programs that call listed hosts, and of those that call what users choose. */
  readonly listed: readonly string[];
  readonly chosen: readonly string[];
  readonly chosenPorts: readonly number[];
}

type Source = aws.types.input.networkfirewall.RuleGroupRuleGroupRulesSource;

export function ruleGroups(
  { settings, hosts, listed, chosen, chosenPorts }: Passing,
  parent: pulumi.Resource,
): readonly aws.networkfirewall.RuleGroup[] {
  const group = (name: string, from: readonly string[], rulesSource: Source) =>
    ruleGroup(name, settings, from, rulesSource, parent);
  return [
    ...(listed.length > 0 && hosts.length > 0 ? [group('listed-hosts', listed, named(hosts))] : []),
    ...(chosen.length > 0 ? [group('chosen-hosts', chosen, anyName(chosenPorts))] : []),
  ];
}

function named(hosts: readonly string[]): Source {
  return {
    rulesSourceList: {
      generatedRulesType: 'ALLOWLIST',
      targetTypes: ['TLS_SNI'],
      targets: [...hosts],
    },
  };
}

// Whom users choose cannot be listed: it has to be TLS and to say a name, and each name is told.
function anyName(ports: readonly number[]): Source {
  const flow = `tls $HOME_NET any -> any [${ports.join(',')}]`;
  const says = 'tls.sni; content:"."; flow:established,to_server;';
  return {
    rulesString: [
      `alert ${flow} (msg:"chosen by a user"; ${says} sid:1; rev:1;)`,
      `pass ${flow} (msg:"chosen by a user"; ${says} sid:2; rev:1;)`,
    ].join('\n'),
  };
}

function ruleGroup(
  name: string,
  { project, environment }: Settings,
  from: readonly string[],
  rulesSource: Source,
  parent: pulumi.Resource,
): aws.networkfirewall.RuleGroup {
  return new aws.networkfirewall.RuleGroup(
    name,
    {
      name: `${project}-${environment}-${name}`,
      type: 'STATEFUL',
      capacity: 1_000,
      ruleGroup: {
        ruleVariables: { ipSets: [{ key: 'HOME_NET', ipSet: { definitions: [...from] } }] },
        rulesSource,
        statefulRuleOptions: { ruleOrder: 'STRICT_ORDER' },
      },
    },
    { parent },
  );
}
