import * as pulumi from '@pulumi/pulumi';
import { readHosts } from './hosts.ts';
import { contributions } from './modules.ts';
import { build } from './program.ts';
import { readSettings } from './settings.ts';

const [aws, infra] = [new pulumi.Config('aws'), new pulumi.Config('infra')];

// What may differ from stack to stack, and is no secret: settings.ts and sizes.ts.
const settings = readSettings(pulumi.getProject(), pulumi.getStack(), (key) => {
  const [namespace, name = ''] = key.split(':');
  return (namespace === 'aws' ? aws : infra).get(name);
});

// What the modules of the project need: modules.ts. Whom they call: security/egress.
//
//   internet > edge: WAF, TLS > api      > database of its segment
//                                worker  > endpoints of AWS within the network: keys, secrets, logs, images
//                                        > egress: hosts that are listed, where there are any
//
// Which of these may do what is in grants.ts, and in the modules' contributions.
const { loadBalancer, cluster, tasks } = build(settings, contributions, readHosts());

export { cluster, loadBalancer, tasks };
