// Runs in the infra folder of an emitted project: prints what its program would deploy as a plan of Terraform, which
// scanners read. Both providers are made from one schema, so a rule over names of types and properties is enough.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { captureProject } = await import(pathToFileURL(join(process.cwd(), 'test/example.ts')).href);

/** Types whose name in Terraform does not follow from the one in Pulumi. */
const TYPES = {
  'cloudtrail/trail': 'cloudtrail',
  'iam/openIdConnectProvider': 'iam_openid_connect_provider',
  'lb/loadBalancer': 'lb',
  'rds/subnetGroup': 'db_subnet_group',
};
const PREFIXES = { ec2: '', servicediscovery: 'service_discovery_' };

/** Properties that hold keys of their own, which are no names of properties. */
const MAPS = new Set(['dimensions', 'options', 'tags']);

/** Lists of blocks: Terraform names them in the singular. */
const BLOCKS = {
  actions: 'action',
  advancedEventSelectors: 'advanced_event_selector',
  defaultActions: 'default_action',
  egresses: 'egress',
  eventSelectors: 'event_selector',
  fieldSelectors: 'field_selector',
  ingresses: 'ingress',
  loadBalancers: 'load_balancer',
  metricQueries: 'metric_query',
  parameters: 'parameter',
  routes: 'route',
  rules: 'rule',
  settings: 'setting',
  statements: 'statement',
};

const { graph } = await captureProject();
const nodes = graph.filter(({ custom, type }) => custom && type.startsWith('aws:'));
const places = placesOf(nodes);
const resources = nodes.map(resourceOf);
const plan = {
  format_version: '1.2',
  terraform_version: '1.9.0',
  planned_values: { root_module: { resources } },
  configuration: {
    provider_config: { aws: { name: 'aws' } },
    root_module: { resources: nodes.map(configurationOf) },
  },
};
console.log(JSON.stringify(plan, null, 1));

function headOf({ type, name }) {
  const terraform = typeOf(type);
  return { address: `${terraform}.${name}`, mode: 'managed', type: terraform, name };
}

function typeOf(type) {
  const [, module, name] = /^aws:([^/]+)\/([^:]+):/.exec(type);
  return `aws_${TYPES[`${module}/${name}`] ?? (PREFIXES[module] ?? `${module}_`) + snake(name)}`;
}

/** A reference is not known before the deployment, so a plan names the resource in place of the value. */
function resourceOf(node) {
  const known = Object.entries(node.inputs).filter(([, value]) => referencesIn(value).length === 0);
  return { ...headOf(node), values: blockOf(Object.fromEntries(known)) };
}

function configurationOf(node) {
  const expressions = Object.entries(node.inputs)
    .map(([key, value]) => [snake(key), { references: referencesIn(value) }])
    .filter(([, { references }]) => references.length > 0);
  return { ...headOf(node), expressions: Object.fromEntries(expressions) };
}

/** The address of each resource by its id and its ARN. What configures a bucket has the id of the bucket. */
function placesOf(all) {
  const found = new Map();
  for (const node of all.toSorted((a, b) => a.type.length - b.type.length))
    for (const key of [node.id, node.arn])
      if (key && !found.has(key)) found.set(key, headOf(node).address);
  return found;
}

function referencesIn(value) {
  const texts = [value].flat().filter((each) => typeof each === 'string');
  return texts.flatMap((text) => {
    const address = places.get(text) ?? places.get(text.replace(/:\*$/, ''));
    return address === undefined ? [] : [`${address}.id`, address];
  });
}

function blockOf(properties) {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      if (MAPS.has(key)) return [snake(key), value];
      if (Array.isArray(value) && value.some(isBlock))
        return [BLOCKS[key] ?? snake(key), value.map(blockOf)];
      return [snake(key), isBlock(value) ? [blockOf(value)] : value];
    }),
  );
}

function isBlock(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function snake(name) {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
