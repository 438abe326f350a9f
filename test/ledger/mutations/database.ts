import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const databaseTest = 'platform/test/database.test.ts';
const oneSessionTest = 'proofs/database/one-session.test.ts';
const migrationsTest = 'platform/test/migrations.test.ts';
const restoreProcessTest = 'proofs/database/restore.process.test.ts';
const archiveTest = 'proofs/database/archive.test.ts';
const lineageTest = 'proofs/database/lineage.test.ts';

export const databaseMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/database/open.ts', [
    [
      'AUTHZ-1',
      '${caller.tenant}, true)',
      '${caller.tenant}, false)',
      databaseTest,
      'the tenant does not outlive its transaction, committed or not (AUTHZ-1)',
    ],
    [
      'AUTHZ-1',
      /^.*set_config.*\n/m,
      '',
      databaseTest,
      'a tenant transaction knows its caller and carries the tenant (AUTHZ-1)',
    ],
    [
      'HOOK-3',
      '  callAfterCommit(begun);\n',
      '',
      'platform/test/jobs.test.ts',
      'a job exists if the transaction that wrote it committed, and only then (HOOK-3)',
    ],
  ]),
  ...mutationsOf('platform/src/database/sessions.ts', [
    [
      'AUTHZ-5',
      '    over = LAST_WORD.test(text);\n',
      '',
      oneSessionTest,
      'a statement that comes after the commit does not run on its own (AUTHZ-5)',
    ],
    [
      'AUTHZ-5',
      'if (over) throw',
      'if (engine === undefined) throw',
      oneSessionTest,
      'a statement that was not awaited cannot run in the next transaction (AUTHZ-5)',
    ],
    [
      'HOOK-6',
      "VERBS.has(word) ? word : 'other'",
      'text',
      'platform/test/telemetry.test.ts',
      'a span holds pattern, method, status and decision, and nothing else of a request (HOOK-6)',
    ],
    [
      'HOOK-3',
      '    over = LAST_WORD.test(text);\n',
      '',
      'proofs/jobs/attempt.test.ts',
      'a handler that takes too long is over, and writes nothing afterwards (HOOK-3)',
    ],
  ]),
  ...mutationsOf('platform/src/database/startup-checks.ts', [
    [
      'AUTHZ-4',
      'rights?.above === false && ',
      '',
      migrationsTest,
      'an administrator may not serve: a superuser (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      ' or rolbypassrls',
      '',
      migrationsTest,
      'an administrator may not serve: one that passes the tenant wall (AUTHZ-4)',
    ],
    [
      'AUTHZ-4',
      ' && !rights.owns',
      '',
      migrationsTest,
      'whoever owns a table may not serve, nor who may become its owner (AUTHZ-4)',
    ],
    [
      'AUTHZ-5',
      'if (todo.length === 0) return;',
      'if (todo.length >= 0) return;',
      migrationsTest,
      'a database that is behind is refused, and one that is current is not (AUTHZ-5)',
    ],
  ]),
  ...mutationsOf('platform/src/database/backup.ts', [
    [
      'unclaimed',
      'await rename(join(path, LIVE), join(path, BEFORE))',
      'await rm(join(path, LIVE), { recursive: true })',
      restoreProcessTest,
      'killed before step 2 of the exchange, it is whole: now',
    ],
    [
      'unclaimed',
      "expected.split(' ')[0] !== sha256",
      'expected.length < 64',
      archiveTest,
      'an archive that changed, or whose hash is gone, is not read',
    ],
    [
      'unclaimed',
      'OWNER_ONLY = 0o600',
      'OWNER_ONLY = 0o644',
      archiveTest,
      'an archive is its owner’s alone, beside its hash, and nothing else is left',
    ],
  ]),
  ...mutationsOf('platform/src/database/embedded.ts', [
    [
      'unclaimed',
      'await rename(join(path, BEFORE), join(path, LIVE))',
      'await rm(join(path, BEFORE), { recursive: true })',
      restoreProcessTest,
      'killed before step 2 of the exchange, it is whole: now',
    ],
    [
      'unclaimed',
      'if (held) await queueUp(waiting, waitMs);',
      '',
      oneSessionTest,
      'two transactions never interleave on the one session',
    ],
  ]),
  ...mutationsOf('platform/src/database/claim.ts', [
    [
      'unclaimed',
      "claim['host'] !== host() || ",
      '',
      'proofs/database/claim.test.ts',
      'a claim from another host is never swept: its process cannot be seen',
    ],
  ]),
  ...mutationsOf('platform/src/database/server.ts', [
    [
      'unclaimed',
      "url.search !== '' || url.hash !== ''",
      "url.hash !== ''",
      'proofs/database/server-url.test.ts',
      'a database URL with a parameter that turns TLS off is refused, and not repeated (HOOK-6)',
    ],
    [
      'unclaimed',
      'rejectUnauthorized: true',
      "rejectUnauthorized: process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0'",
      databaseTest,
      'a server elsewhere must prove who it is, whatever the environment says',
    ],
  ]),
  ...mutationsOf('platform/src/database/migrate.ts', [
    [
      'unclaimed',
      'if (file.sha256 !== row.sha256)',
      'if (file.name !== row.name && file.sha256 !== row.sha256 && row.number < 0)',
      'proofs/database/files.test.ts',
      'a file that was edited after it ran is refused, with the way out',
    ],
  ]),
  ...mutationsOf('platform/src/database/lineage.ts', [
    [
      'HOOK-7',
      'return Type.Object(shape, { additionalProperties: false });',
      'return Type.Object(shape);',
      lineageTest,
      'a shard that says nothing clear is refused, with the place in it (HOOK-7)',
    ],
    [
      'HOOK-7',
      "if (`${shard.module}.json` !== file) throw unclear(file, 'module');\n",
      '\n',
      lineageTest,
      'a shard that says nothing clear is refused, with the place in it (HOOK-7)',
    ],
  ]),
];
