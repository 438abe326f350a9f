import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EgressDenied } from '@app/platform/egress';
import { openChosen } from '@app/platform/egress/chosen';
import { proxyAt } from '@app/platform/egress/proxy';
import { withEnvironment } from '@app/platform/testing/environment';
import { wayOut } from '../../services/api/modules/outbound-webhooks/way-out.ts';
import { NAME, openPlace, openWayOut } from './places.ts';
import { openProxy, saying } from './proxies.ts';

const message = { headers: { 'webhook-id': 'msg_1' }, body: Buffer.from('{}') };
const NEVER = new AbortController().signal;

test('what users choose is reached through the proxy, by a connection of its own each time (HOOK-4)', async (t) => {
  const place = await openPlace(t);
  const { address, asked } = await openProxy(t);
  const chosen = openChosen(
    { ports: [place.port], ca: place.cert },
    { proxy: proxyAt(address), resolve: () => assert.fail('resolved here') },
  );
  t.after(() => chosen.close());
  const url = `https://${NAME}:${place.port}/`;
  for (let call = 0; call < 2; call += 1)
    assert.equal((await chosen.post(url, message, NEVER)).status, 200);
  assert.deepEqual(asked, [`${NAME}:${place.port}`, `${NAME}:${place.port}`]);
});

test('names of the inside are not the ones that a user may choose, by the proxy either (HOOK-4)', async (t) => {
  const { address, asked } = await openProxy(t);
  const chosen = openChosen({ ports: [443] }, { proxy: proxyAt(address) });
  t.after(() => chosen.close());
  for (const host of ['127.1', '[::1]', '10.0.0.7', 'vault', 'metadata.google.internal', 'a.local'])
    await assert.rejects(chosen.post(`https://${host}/`, message, NEVER), EgressDenied, host);
  assert.deepEqual(asked, []);
});

test('the service sends through the configured proxy, and a refusal names nobody (HOOK-4)', async (t) => {
  const proxy = await openProxy(t, saying('HTTP/1.1 403 Forbidden\r\n\r\n'));
  const { denials } = openWayOut(t, []);
  const wrong = { EGRESS_PROXY: 'proxy.internal:3128' };
  withEnvironment(t, wrong);
  assert.throws(wayOut, /EGRESS_PROXY must be/);
  withEnvironment(t, { EGRESS_PROXY: proxy.address });
  const call = wayOut().post(`https://${NAME}/`, message, NEVER);
  await assert.rejects(call, EgressDenied);
  t.after(() => wayOut().close());
  assert.deepEqual(proxy.asked, [`${NAME}:443`]);
  assert.deepEqual(denials, [{ reason: 'proxy', reportOnly: false }]);
});
