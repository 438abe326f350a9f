import type { Mutation } from './mutation.ts';

const iam = 'infra/components/iam.ts';
const keyPolicies = 'infra/components/key-policies.ts';
const secrets = 'infra/components/secrets.ts';
const buckets = 'infra/components/buckets.ts';
const keys = 'infra/components/keys.ts';
const roles = 'infra/components/roles.ts';
const grants = 'infra/components/grants.ts';
const limits = 'infra/bootstrap/deploy-limits.ts';
const bootstrap = 'infra/bootstrap/bootstrap.ts';
const bootstrapRoles = 'infra/bootstrap/roles.ts';
const evaluator = 'infra/test/iam/evaluator.ts';
const calls = 'infra/test/iam/calls.ts';
const lazyTables = 'infra/test/iam/lazy-tables.ts';
const granted = 'infra/test/iam/granted.ts';

const exactTest = 'infra/test/iam/exact.test.ts';
const wallsTest = 'proofs/infra/walls.test.ts';
const deployTest = 'proofs/infra/deploy.test.ts';
const keysTest = 'proofs/infra/keys.test.ts';
const settingsTest = 'infra/test/settings.test.ts';
const evaluatorTest = 'proofs/infra/evaluator.test.ts';
const callsTest = 'proofs/infra/calls.test.ts';
const lazyTablesTest = 'proofs/infra/lazy-tables.test.ts';

const pattern =
  'a pattern does not compile, and where a compiler was talked over it is refused at run time (SUPPLY-5)';
const says = 'a key says by itself what it is for and who may use it (SUPPLY-5)';
const reads = 'a secret is read by the programs that are named, and by no administrator (SUPPLY-5)';
const written =
  'a secret is put in place by a person as the role for that, by no program and by no administrator (SUPPLY-5)';
const readsNone =
  'whoever puts a secret in place reads none, becomes nobody and hands on no role (SUPPLY-5)';
const seals =
  'whoever puts a secret in place seals it through Secrets Manager, with a key of the project (SUPPLY-5)';
const factor =
  'that role is taken on with a second factor that was just shown, and by no program or workflow (SUPPLY-5)';
const anchors = 'anchors are added and read, and nobody takes one away (OBS-2)';
const trust =
  'a role of a program is taken on by tasks of this account alone, and stays within the boundary (SUPPLY-5)';
const made = 'a role is made within the boundary, under a name of ours, or not at all (SUPPLY-5)';
const handed = 'a role is handed to tasks, and that of the trail to the trail (SUPPLY-5)';
const untouched = 'whoever deploys changes nothing that bootstrap has made (SUPPLY-5)';
const lines = 'a line that does not fit is refused';
const told =
  'a call too many, a grant too many and a grant for another file are told apart (SUPPLY-5)';

type Cut = readonly [file: string, find: string, replace: string, testFile: string, test: string];

const cuts: readonly Cut[] = [
  [iam, "if (typeof value === 'string' && /[*?]/.test(value))", 'if (false)', exactTest, pattern],
  [
    iam,
    'if (!Object.hasOwn(reasons, action)) throw',
    'if (false) throw',
    exactTest,
    'an action that AWS knows a resource for is never granted on everything (SUPPLY-5)',
  ],
  [iam, '|| ONLY_A_TYPE.test(prefix)', '', exactTest, 'the fixed part of a name says whose it is'],
  [
    iam,
    'if (actions.length === 0) throw',
    'if (false) throw',
    exactTest,
    'a statement that says nothing is refused',
  ],
  [
    iam,
    'if (resources.length === 0) throw',
    'if (false) throw',
    exactTest,
    'a statement that says nothing is refused',
  ],
  [keyPolicies, "StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM },", '', keysTest, says],
  [keyPolicies, "StringEquals: { 'kms:EncryptionContext:purpose': purpose },", '', keysTest, says],
  [
    keyPolicies,
    "return { ArnLike: { 'aws:PrincipalArn': rolesOf(place, segment) } };",
    'return {};',
    wallsTest,
    'a role of another segment does not use a key even if it were granted that (SUPPLY-5)',
  ],
  [keyPolicies, "'kms:ViaService': `${name}.${place.region}.amazonaws.com`,", '', keysTest, says],
  [keyPolicies, "Bool: { 'kms:GrantIsForAWSResource': 'true' },", '', keysTest, says],
  [secrets, "denyExcept('OnlyReadersRead', READING, readers),", '', wallsTest, reads],
  [
    secrets,
    "denyExcept('OnlyPeopleWrite', WRITING, [secretsRoleName(place.project)]),",
    '',
    wallsTest,
    written,
  ],
  [
    bootstrapRoles,
    "deny({ sid: 'NothingElse', allBut: [...WRITING, ...SEALING], on: [itself] }),",
    '',
    wallsTest,
    readsNone,
  ],
  [bootstrapRoles, 'permissionsBoundary: only.arn,', '', wallsTest, readsNone],
  [
    bootstrapRoles,
    "  'secretsmanager:PutSecretValue',\n",
    "  'secretsmanager:PutSecretValue',\n  'secretsmanager:GetSecretValue',\n",
    wallsTest,
    readsNone,
  ],
  [bootstrapRoles, ':secret:${project}/`)],', ':secret:${project}`)],', wallsTest, written],
  [bootstrapRoles, "'aws:ResourceTag/project': project,", '', wallsTest, seals],
  [
    bootstrapRoles,
    "'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,",
    '',
    wallsTest,
    seals,
  ],
  [bootstrapRoles, "Bool: { 'aws:MultiFactorAuthPresent': 'true' },", '', wallsTest, factor],
  [
    bootstrapRoles,
    "NumericLessThan: { 'aws:MultiFactorAuthAge': String(FACTOR_SECONDS) },",
    '',
    wallsTest,
    factor,
  ],
  [bootstrapRoles, '        maxSessionDuration: MAX_SESSION_SECONDS,\n', '', wallsTest, factor],
  [limits, 'secretsRoleName(project),', '', deployTest, untouched],
  [buckets, "'s3:DeleteObjectVersion',", '', wallsTest, anchors],
  [buckets, '...noShorterLock(objects),', '', wallsTest, anchors],
  [
    buckets,
    "deny({ sid: 'NothingUndone', actions: UNDOING, toAll: true, on: [bucket, objects] }),",
    '',
    wallsTest,
    anchors,
  ],
  [
    buckets,
    "{ Bool: { 'aws:SecureTransport': 'false' } }",
    "{ Bool: { 'aws:SecureTransport': 'never' } }",
    wallsTest,
    anchors,
  ],
  [buckets, "{ 's3:TlsVersion': '1.2' }", "{ 's3:TlsVersion': '1.0' }", wallsTest, anchors],
  [buckets, '...(key ? onlyWithKey(objects, key) : []),', '', wallsTest, anchors],
  [
    roles,
    "ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${accountId}:*` },",
    '',
    wallsTest,
    trust,
  ],
  [roles, "StringEquals: { 'aws:SourceAccount': accountId },", '', wallsTest, trust],
  [roles, ', permissionsBoundary: boundaryArn(settings)', '', wallsTest, trust],
  [
    roles,
    'if (stray) throw',
    'if (false) throw',
    exactTest,
    'a grant to what is no program ends the program',
  ],
  [
    grants,
    "condition: { StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM } },",
    '',
    keysTest,
    'who signs is granted one way of signing (SUPPLY-5)',
  ],
  [keys, 'if (generation !== index + 1)', 'if (false)', settingsTest, lines],
  [
    keys,
    'if (before.notAfter === undefined || before.notAfter < notBefore)',
    'if (false)',
    settingsTest,
    lines,
  ],
  [
    limits,
    "when: { StringEquals: { 'iam:PermissionsBoundary': boundaryArn(place) } },",
    '',
    deployTest,
    made,
  ],
  [
    limits,
    "when: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },",
    '',
    deployTest,
    handed,
  ],
  [
    limits,
    "when: { StringEquals: { 'iam:PassedToService': 'cloudtrail.amazonaws.com' } },",
    '',
    deployTest,
    handed,
  ],
  [
    limits,
    "sid: 'NotTheKeysOfBootstrap',\n      allBut: [",
    "sid: 'NotTheKeysOfBootstrap',\n      allBut: ['kms:TagResource', ",
    deployTest,
    untouched,
  ],
  [
    bootstrap,
    "actions: ['rds-db:connect'],",
    "actions: ['ses:GetAccount'],",
    exactTest,
    'what a role is granted its boundary has room for: a grant that changes nothing is a mistake (SUPPLY-5)',
  ],
  [
    bootstrapRoles,
    ', [`${ISSUER}:sub`]: subjects',
    '',
    wallsTest,
    'a workflow is let in by its whole subject: this repository, and a pull request, main or that environment (SUPPLY-5)',
  ],
  [
    evaluator,
    "if (all.some((document) => says('Deny', document, request))) return 'ExplicitlyDenied';",
    '',
    evaluatorTest,
    'a refusal of the role’s own wins',
  ],
  [
    evaluator,
    "if (boundary && !says('Allow', boundary, request)) return 'ImplicitlyDenied';",
    '',
    evaluatorTest,
    'what the boundary does not have is not had',
  ],
  [
    evaluator,
    'if (actual === undefined) return isOptional || isNegated;',
    'if (actual === undefined) return true;',
    evaluatorTest,
    'a condition on what the request does not say: equal is false, unequal is true, optional is true',
  ],
  [
    evaluator,
    'if (test === undefined) throw new Error(`The evaluator does not know the operator ${operator}.`);',
    'if (test === undefined) return true;',
    evaluatorTest,
    'what the evaluator does not know it refuses to judge',
  ],
  [
    calls,
    'if (names === undefined)',
    'if (false)',
    callsTest,
    'what cannot be told is refused: a namespace (SUPPLY-5)',
  ],
  [
    calls,
    'if (listed === undefined)',
    'if (false)',
    callsTest,
    'what cannot be told is refused: a computed specifier (SUPPLY-5)',
  ],
  [
    calls,
    'if (service === undefined) throw',
    'if (false) throw',
    callsTest,
    'what cannot be told is refused: a client nobody has mapped (SUPPLY-5)',
  ],
  [
    calls,
    'if (command === undefined)',
    'if (false)',
    callsTest,
    'what cannot be told is refused: an aggregated client (SUPPLY-5)',
  ],
  [
    calls,
    'const isReached = !member ||',
    'const isReached = member !== undefined ||',
    lazyTablesTest,
    'a program reaches the members of a table that its code names, and no other (SUPPLY-5)',
  ],
  [
    calls,
    'table.selects !== undefined && selected.length === 0',
    'false',
    lazyTablesTest,
    'a program reaches the command that its first argument selects, and what that names (SUPPLY-5)',
  ],
  [
    lazyTables,
    'use.unclear !== undefined && selects === undefined',
    'false',
    lazyTablesTest,
    'a use of a table whose member is not named is refused: a computed member (SUPPLY-5)',
  ],
  [
    lazyTables,
    "/^\\s*;/.test(after) && !taken.includes('...')",
    '/^\\s*;/.test(after)',
    lazyTablesTest,
    'a use of a table whose member is not named is refused: a rest (SUPPLY-5)',
  ],
  [granted, '!granted.has(action) &&', 'false &&', callsTest, told],
  [granted, '(action) => !called.has(action)', '() => false', callsTest, told],
];

/** A policy that says more than it must, or a proof that lets it. */
export const infraIamMutations: readonly Mutation[] = cuts.map(
  ([file, find, replace, testFile, test]) => ({
    control: 'SUPPLY-5',
    file,
    find,
    replace,
    testFile,
    test,
  }),
);
