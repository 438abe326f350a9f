import * as pulumi from '@pulumi/pulumi';
import { bootstrap } from './bootstrap.ts';
import { readBootstrapSettings } from './settings.ts';

const settings = readBootstrapSettings(pulumi.getProject(), (key) => {
  const [namespace = '', name = ''] = key.split(':');
  return new pulumi.Config(namespace).get(name);
});

const { stateBucket, stateKey } = bootstrap(settings);

export { stateBucket, stateKey };
