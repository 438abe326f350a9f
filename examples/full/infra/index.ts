import * as pulumi from '@pulumi/pulumi';
import { readHosts } from './components/hosts.ts';
import { build } from './components/program.ts';
import { contributions } from './modules.ts';
import { readSettings } from './settings.ts';

const [aws, infra] = [new pulumi.Config('aws'), new pulumi.Config('infra')];

// What differs between stacks, and none of it is secret: settings.ts.
const settings = readSettings(pulumi.getProject(), pulumi.getStack(), (key) => {
  const [namespace, name = ''] = key.split(':');
  return (namespace === 'aws' ? aws : infra).get(name);
});

// The needs of the project's modules: modules.ts. The hosts that they call: security/egress.
//
//   internet > edge: WAF, TLS > api      > database of its segment
//                                worker  > VPC endpoints of AWS: keys, secrets, logs, images
//                                        > egress: listed hosts, if there are any
//
// The rights of each program: grants.ts, and the modules' contributions.
const { loadBalancer, cluster, tasks } = build(settings, contributions, readHosts());

export { cluster, loadBalancer, tasks };
