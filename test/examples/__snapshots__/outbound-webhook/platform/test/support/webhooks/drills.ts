import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../../../src/database/database.ts';
import { SecretReference } from '../../../src/secrets/secret.ts';
import {
  bothSecrets,
  CURRENT,
  messageOf,
  NEXT,
  receiverOf,
  specimenEndpoint,
} from '../webhook-endpoint.ts';
import type { Drills } from '../../../../test/support/installed.ts';
import { localStores } from '../../../src/local/stores.ts';

const ENDPOINT = `import { keysIn } from '@app/platform/webhooks/webhooks';
import { specimenEndpoint } from '../../../../platform/test/support/webhook-endpoint.ts';
export const endpoint = {
  ...specimenEndpoint({ id: 'drill' }),
  keys: keysIn(new URL('keys.json', import.meta.url)),
};
`;
const KEYS = '{ "keys": [{ "id": "drill-1", "secretName": "webhooks/drill-1" }] }';
const TRAIL = 'npm run audit -- list --since 2020-01-01';

// An endpoint with two deliveries: what the first was about is done, and the second has come to nothing.
async function makeDeliveries(database: Database, folder: string): Promise<void> {
  const module = join(folder, 'services/api/modules/webhook-drill');
  await mkdir(module);
  await writeFile(join(module, 'endpoint.ts'), ENDPOINT);
  await writeFile(join(module, 'keys.json'), KEYS);
  const { keys, secrets } = localStores(join(folder, '.data'));
  await secrets.set(new SecretReference('webhooks/drill-1'), CURRENT.secret);
  await writeFile(join(folder, 'new-webhook-secret'), NEXT.secret.reveal());
  const given = { database, keys, secrets: bothSecrets };
  const { receive } = await receiverOf(specimenEndpoint({ id: 'drill' }), given);
  for (const id of ['evt-1', 'evt-2']) await receive(messageOf(id));
  await database.ownerTransaction('what became of them', (tx) =>
    sql`
      update job set finished_at = now(),
                     state = case payload ->> 'delivery' when '1' then 'done' else 'dead' end
      where kind = 'webhook-drill'
    `.execute(tx.sql),
  );
}

const values = { endpoint: 'drill', delivery: '1', 'dead-delivery': '2' };

export const drills: Drills = {
  'playbooks/webhook-dead-letters.md': {
    values,
    data: makeDeliveries,
    before: ({ run }) => assert.match(run('npm run webhooks -- dead').stdout, /^2, drill, /m),
    after: ({ run }) => {
      assert.match(run('npm run webhooks -- dead').stdout, /^none$/m);
      assert.match(run(TRAIL).stdout, /Action::."replay.*webhook-delivery:2/);
    },
  },
  'playbooks/webhook-key-leaked.md': {
    values: { 'webhook-secret-file': 'new-webhook-secret' },
    before: ({ run }) =>
      assert.match(
        run('npm run rotate-webhook-key -- drill status').stdout,
        /^drill-1: accepted from the beginning;/m,
      ),
    after: ({ run }) => {
      const { stdout } = run('npm run rotate-webhook-key -- drill status');
      assert.match(stdout, /^drill-1: accepted from the beginning until /m);
      assert.match(stdout, /^drill-2: accepted from \S+Z;/m);
      assert.match(run(TRAIL).stdout, /end-key.*INC-1/);
    },
  },
  'playbooks/webhook-provider-outage.md': {
    after: ({ run }) => {
      const { stdout } = run('npm run webhooks -- list --endpoint drill');
      assert.match(stdout, /^1, drill, .*: ready$/m);
    },
  },
  'playbooks/webhook-replay-spike.md': {
    after: ({ run }) => assert.match(run(TRAIL).stdout, /Action::."read.*webhook-delivery:1/),
  },
};
