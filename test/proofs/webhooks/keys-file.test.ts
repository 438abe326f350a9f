import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { folderWith } from '../../platform/test/support/folder.ts';
import { keysIn, openKeys } from '@app/platform/webhooks/keys-file';

const first = { id: 'acme-1', secretName: 'webhooks/acme-1' };
const folder = await folderWith({ after }, {});
const path = join(folder, 'keys.json');
const file = keysIn(pathToFileURL(path));

async function reading(content: unknown) {
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return file.read();
}

test('keys are read with their windows, and written as they were read', async () => {
  const window = { notBefore: '2026-01-31T12:00:00Z', notAfter: '2026-02-01T12:00:00Z' };
  const keys = await reading({ keys: [{ ...first, ...window }] });
  assert.equal(keys[0]?.notAfter?.getTime(), Date.UTC(2026, 1, 1, 12));
  const opened = await openKeys(file);
  await opened.replace(opened.keys);
  const written = JSON.parse(await readFile(path, 'utf8'));
  assert.deepEqual(written, { keys: [{ ...first, ...window }] });
  assert.deepEqual(await readdir(folder), ['keys.json']);
});

test('what is no list of keys is told by its place, and never by what stands there (HOOK-1, HOOK-6)', async () => {
  const pasted = `whsec_${randomBytes(24).toString('base64')}`;
  const from = '2026-02-01T12:00:00Z';
  for (const [content, place] of [
    ['', 'its JSON'],
    [pasted, 'its JSON'],
    [[first], 'its members'],
    [{}, 'its members'],
    [{ keys: [{ ...first, secretName: pasted }] }, 'keys/0/secretName'],
    [
      { keys: [{ ...first, secretName: `k${randomBytes(16).toString('hex')}` }] },
      'keys/0/secretName',
    ],
    [{ keys: [{ ...first, value: pasted }] }, 'keys/0'],
    [{ keys: [{ ...first, [pasted]: '' }] }, 'keys/0'],
    [{ keys: [first, first] }, 'keys/1/id'],
    [{ keys: [{ ...first, notBefore: 'tomorrow' }] }, 'keys/0/notBefore'],
    [{ keys: [{ ...first, notAfter: '2026-02-31T12:00:00Z' }] }, 'keys/0'],
    [{ keys: [{ ...first, notBefore: from, notAfter: from }] }, 'keys/0/notAfter'],
  ] as const)
    await assert.rejects(reading(content), (error: Error) => {
      assert.match(error.message, /keys\.json is no list of webhook keys: look at \S/);
      assert.ok(error.message.endsWith(`look at ${place}.`), error.message);
      assert.ok(!error.message.includes(pasted));
      return true;
    });
});

test('a list that is not there is told by its name', async () => {
  const missing = keysIn(pathToFileURL(join(folder, 'webhook-acme/keys.json')));
  const sentence =
    /^Error: webhook-acme\/keys\.json is no list of webhook keys: look at the file itself/;
  assert.throws(() => missing.read(), sentence);
  await assert.rejects(openKeys(missing), sentence);
});

test('of two who change the keys at the same time, one is told to look again', async () => {
  await reading({ keys: [first] });
  const [one, other] = [await openKeys(file), await openKeys(file)];
  await one.replace([]);
  await assert.rejects(other.replace([...other.keys]), /Somebody else has changed these keys/);
  assert.deepEqual(file.read(), []);
  assert.deepEqual(await readdir(folder), ['keys.json']);
});
