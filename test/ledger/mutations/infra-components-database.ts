import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const rulesTest = 'infra/test/rules.test.ts';
const statementsTest = 'proofs/infra/statements.test.ts';
const keysTest = 'proofs/infra/keys.test.ts';
const wallsTest = 'proofs/infra/walls.test.ts';

export const infraComponentsDatabaseMutations: readonly Mutation[] = [
  ...mutationsOf('infra/components/database.ts', [
    [
      'SUPPLY-5',
      "'rds.force_ssl': '1',",
      "'rds.force_ssl': '0',",
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'iamDatabaseAuthenticationEnabled: true,',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'storageEncrypted: true,',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'deletionProtection: true,',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'publiclyAccessible: false,',
      'publiclyAccessible: true,',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
  ]),
  ...mutationsOf('infra/components/load-balancer.ts', [
    [
      'SUPPLY-5',
      'dropInvalidHeaderFields: true,',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'enableDeletionProtection: true,',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      '      sslPolicy: TLS_POLICY,\n',
      '',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
  ]),
  ...mutationsOf('infra/components/network.ts', [
    [
      'SUPPLY-5',
      "trafficType: 'ALL',",
      "trafficType: 'REJECT',",
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
    [
      'SUPPLY-5',
      'mapPublicIpOnLaunch: false',
      'mapPublicIpOnLaunch: true',
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
  ]),
  ...mutationsOf('infra/components/security-groups.ts', [
    [
      'SUPPLY-5',
      "return { ipProtocol: 'tcp', fromPort: port, toPort: port };",
      "return { ipProtocol: 'tcp', fromPort: 0, toPort: 65_535 };",
      rulesTest,
      'what the project asks for breaks no rule (SUPPLY-5, OBS-2)',
    ],
  ]),
  ...mutationsOf('infra/components/iam.ts', [
    [
      'SUPPLY-5',
      "if (typeof value === 'string' && /[*?]/.test(value))",
      'if (false)',
      statementsTest,
      'a pattern does not compile, and where a compiler was talked over it is refused at run time (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (!Object.hasOwn(reasons, action)) throw',
      'if (false) throw',
      statementsTest,
      'an action that AWS knows a resource for is never granted on everything (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      '|| ONLY_A_TYPE.test(prefix)',
      '',
      statementsTest,
      'the fixed part of a name says whose it is',
    ],
    [
      'SUPPLY-5',
      'if (actions.length === 0) throw',
      'if (false) throw',
      statementsTest,
      'a statement that says nothing is refused',
    ],
    [
      'SUPPLY-5',
      'if (resources.length === 0) throw',
      'if (false) throw',
      statementsTest,
      'a statement that says nothing is refused',
    ],
  ]),
  ...mutationsOf('infra/components/key-policies.ts', [
    [
      'SUPPLY-5',
      "StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM },",
      '',
      keysTest,
      'a key says by itself what it is for and who may use it (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "StringEquals: { 'kms:EncryptionContext:purpose': purpose },",
      '',
      keysTest,
      'a key says by itself what it is for and who may use it (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "return { ArnLike: { 'aws:PrincipalArn': rolesOf(place, segment) } };",
      'return {};',
      wallsTest,
      'a role of another segment does not use a key even if it were granted that (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "'kms:ViaService': `${name}.${place.region}.amazonaws.com`,",
      '',
      keysTest,
      'a key says by itself what it is for and who may use it (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "Bool: { 'kms:GrantIsForAWSResource': 'true' },",
      '',
      keysTest,
      'a key says by itself what it is for and who may use it (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('infra/components/roles.ts', [
    [
      'SUPPLY-5',
      "ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${accountId}:*` },",
      '',
      wallsTest,
      'a role of a program is taken on by tasks of this account alone, and stays within the boundary (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      "StringEquals: { 'aws:SourceAccount': accountId },",
      '',
      wallsTest,
      'a role of a program is taken on by tasks of this account alone, and stays within the boundary (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      ', permissionsBoundary: boundaryArn(settings)',
      '',
      wallsTest,
      'a role of a program is taken on by tasks of this account alone, and stays within the boundary (SUPPLY-5)',
    ],
    [
      'SUPPLY-5',
      'if (stray) throw',
      'if (false) throw',
      statementsTest,
      'a grant to what is no program ends the program',
    ],
  ]),
  ...mutationsOf('infra/components/grants.ts', [
    [
      'SUPPLY-5',
      "condition: { StringEquals: { 'kms:SigningAlgorithm': SIGNING_ALGORITHM } },",
      '',
      keysTest,
      'who signs is granted one way of signing (SUPPLY-5)',
    ],
  ]),
];
