import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { webhookSecrets } from '../components/webhook-secrets.ts';

function secretsOf(t: TestContext, keys: unknown) {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(keys));
  return webhookSecrets(pathToFileURL(join(folder, 'keys.json')), 'stripe');
}

const key = (id: string) => ({ id, secretName: `webhooks/${id}` });

test('every key has a place, and so has the one that the next rotation begins (CHECK-10)', (t) => {
  const names = (keys: readonly object[]) => secretsOf(t, { keys }).secrets.map(({ name }) => name);
  assert.deepEqual(names([]), ['webhooks/stripe-1']);
  assert.deepEqual(names([key('stripe-1')]), ['webhooks/stripe-1', 'webhooks/stripe-2']);
  assert.deepEqual(names([key('stripe-9'), key('old')]), [
    'webhooks/stripe-9',
    'webhooks/old',
    'webhooks/stripe-10',
  ]);
});

test('each place is read by the service alone (HOOK-6)', (t) => {
  const { secrets, grants } = secretsOf(t, { keys: [key('stripe-1')] });
  const places = grants.map(({ target }) => (target.kind === 'secret' ? target.name : undefined));
  assert.deepEqual(
    places,
    secrets.map(({ name }) => name),
  );
  assert.deepEqual([...new Set(grants.map(({ role }) => role))], ['api']);
});

test('a file that is unclear stops the deployment, and what stands in it is not told (HOOK-6)', (t) => {
  const pasted = `whsec${'_'}0123456789`;
  for (const keys of [
    {},
    { keys: [{ id: 'stripe-1', secretName: pasted }] },
    { keys: [null] },
    null,
  ])
    assert.throws(
      () => secretsOf(t, keys),
      ({ message }: Error) => /keys\.json of stripe/.test(message) && !message.includes(pasted),
    );
});
