import { type PlantedFault, fault } from './fault.ts';

/** Grants to everybody, and doors to the whole network. */
export const openDoors: readonly PlantedFault[] = [
  fault(
    'cedar-open-permit',
    'notePolicies',
    '// A member keeps notes in the tenant they belong to.',
    '@id("open")\npermit (principal, action, resource);\n',
  ),
  fault(
    'cedar-open-permit',
    'checkPolicies',
    '// What the check measured is for whoever may run it.',
    '@id("open")\npermit (principal, action, resource);\n',
  ),
  fault(
    'cedar-open-permit',
    'resourcePolicies',
    '// A member keeps their own in the tenant they belong to.',
    '@id("open")\npermit (principal, action, resource) when { true };\n',
  ),
  fault(
    'cedar-open-permit',
    'outboundPolicies',
    '@id("operator-handles-subscribers")',
    '@id("open")\npermit (principal, action, resource);\n\n@id("operator-handles-subscribers")',
  ),
  fault(
    'sql-open-grant',
    'noteTable',
    'alter table note force row level security;',
    'grant all on note to public;',
  ),
  fault(
    'sql-open-grant',
    'checkTable',
    'alter table health_check_acme_specimen_run force row level security;',
    'grant all privileges on all tables in schema public to app;',
  ),
  fault(
    'sql-open-grant',
    'sessionTable',
    "  scopes text[] not null default '{}',",
    "  scopes text[] not null default '{}'\n);\nalter role app superuser;\ncreate table more (",
  ),
  fault(
    'sql-open-grant',
    'resourceTable',
    'alter table acme_specimen force row level security;',
    'create policy open on acme_specimen using (true);',
  ),
  fault(
    'iam-wildcard-grant',
    'serve',
    'function localOrigin(app: Api): string {',
    "export const grants = { Effect: 'Allow', Action: '*', Resource: '*' };\nfunction localOrigin(app: Api): string {",
  ),
  fault(
    'iam-wildcard-grant',
    'controls',
    '"module": "app",',
    '"module": "app",\n  "Statement": [{ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }],',
  ),
  fault(
    'iam-wildcard-grant',
    'checkIndex',
    'export const healthCheckAcmeSpecimen: Module = {',
    "export const role = { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };\nexport const healthCheckAcmeSpecimen: Module = {",
  ),
  fault(
    'cors-any-origin',
    'headers',
    "  'cross-origin-opener-policy': 'same-origin',",
    "  'access-control-allow-origin': '*',",
  ),
  fault(
    'cors-any-origin',
    'app',
    '  sendSecurityHeaders(app); // on every answer, refusals included',
    '  await app.register(cors, { origin: true, credentials: true });',
  ),
  fault(
    'cors-any-origin',
    'resourceRoutes',
    '    handler: async ({ authorized }) => answerOf(read.decidedOn(authorized).row),',
    "    handler: async (request, reply) => reply.header('access-control-allow-origin', request.headers.origin),",
  ),
  fault(
    'open-ingress',
    'serve',
    'function localOrigin(app: Api): string {',
    "export const group = new aws.ec2.SecurityGroup('api', {\n  ingress: [{ protocol: 'tcp', fromPort: 5432, toPort: 5432, cidrBlocks: ['0.0.0.0/0'] }],\n});\nfunction localOrigin(app: Api): string {",
  ),
  fault(
    'open-ingress',
    'controls',
    '"module": "app",',
    '"module": "app",\n  "SecurityGroupIngress": [{ "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0" }],',
  ),
  fault(
    'machine-path',
    'readme',
    'npm start        # runs at once: embedded PostgreSQL, no cloud, no Docker',
    'cd /home/ann/projects/acme && npm start',
  ),
  fault(
    'machine-path',
    'signIn',
    "    tenant: 'development',",
    "    tenant: '/Users/ann/acme/tenant',",
  ),
  fault(
    'machine-path',
    'security',
    '# Security',
    '# Security\n\nSee `C:\\Users\\ann\\acme\\SECURITY.md`.',
  ),
];
