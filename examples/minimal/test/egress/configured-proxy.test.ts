import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Egress } from '@app/platform/egress';
import { withEnvironment } from '@app/platform/testing/environment';
import { readConfig } from '../../services/api/config.ts';
import { wayOutOf, wayOutOfCommand } from '../../services/api/egress.ts';
import type { Place } from './places.ts';
import { NAME, openPlace } from './places.ts';
import { openProxy } from './proxies.ts';

test('the service and its commands go out through the proxy that is configured, and no other (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const folder = shardOf(t, place);
  const proxy = await openProxy(t);
  const decoy = await openProxy(t);
  withEnvironment(t, { HTTPS_PROXY: decoy.address, HTTP_PROXY: decoy.address });
  const config = readConfig(['--local'], { EGRESS_PROXY: proxy.address });
  assert.ok(config.ok);
  const ways = [
    wayOutOf(config.value, folder),
    wayOutOfCommand({ EGRESS_PROXY: proxy.address }, folder),
  ];
  for (const way of ways) assert.equal(await outcomeOf(t, way, place), 200);
  const where = `${NAME}:${place.port}`;
  assert.deepEqual([proxy.asked, decoy.asked], [[where, where], []]);
});

test('a proxy that is not understood lets no command out (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const folder = shardOf(t, place);
  for (const wrong of ['10.0.9.7:3128', 'https://10.0.9.7:3128', 'http://proxy.internal']) {
    const way = wayOutOfCommand({ EGRESS_PROXY: wrong }, folder);
    assert.equal(await outcomeOf(t, way, place), 'unlisted', wrong);
  }
});

async function outcomeOf(t: TestContext, way: Egress, { port }: Place): Promise<unknown> {
  t.after(() => way.close());
  return way.fetch(`https://${NAME}:${port}/`).then(
    ({ status }) => status,
    (error: { readonly reason?: string }) => error.reason,
  );
}

// The name is nobody's: whoever goes directly gets nowhere.
function shardOf(t: TestContext, { port, cert }: Place): URL {
  const folder = mkdtempSync(join(tmpdir(), 'egress-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const entry = { host: NAME, ports: [port], class: 'public', reason: 'a test', ca: 'place.pem' };
  writeFileSync(join(folder, 'place.pem'), cert);
  writeFileSync(join(folder, 'app.json'), JSON.stringify({ module: 'app', egress: [entry] }));
  return pathToFileURL(`${folder}/`);
}
