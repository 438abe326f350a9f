import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { claimsOf, textKeys } from '../../../../platform/test/support/scheme-claims.ts';
import {
  deliveryOf,
  published,
  webhookKey,
  withHeader,
} from '../../../../platform/test/support/webhooks.ts';
import type { WebhookKey } from '@app/platform/webhooks/scheme';
import { slack } from './slack.ts';

const SIGNATURE = 'x-slack-signature';
const TIMESTAMP = 'x-slack-request-timestamp';
const TIME = '1531420618';
const BODY = '{"type":"event_callback","event_id":"Ev08MFMKH6","event":{"type":"message"}}';
const scheme = slack();
const keys = textKeys();
const [current] = keys;

claimsOf({ scheme, keys, signedBy: (key) => signed(key), headers: [SIGNATURE, TIMESTAMP] });

test('the published vector is accepted (HOOK-1)', () => {
  // "Verifying requests from Slack", docs.slack.dev.
  const key = webhookKey('published', published('8f742231b10e8888 abcd99yyyzzz85a5'));
  const body = published(
    'token=xyzz0WbapA4vBCDEFasx0q6G &team_id=T1DC2JH3J&team_domain=testteamnow',
    '&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner',
    '&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands',
    '%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlg cZRskXaIFfN',
    '&trigger_id=398738663015.47445629121. 803a0bc887a14d10 d2c447fce8b6703c',
  );
  const mac = published('a2114d57b48eac39 b9ad189dd8316235 a7b4a8d21a10bd27 519666489c69b503');
  const delivery = deliveryOf(body, { [TIMESTAMP]: TIME, [SIGNATURE]: `v0=${mac}` });
  const expected = { keyId: 'published', id: undefined, at: new Date(1531420618_000) };
  assert.deepEqual(scheme.verify(delivery, [key]), { ...expected, body: Buffer.from(body) });
});

test('an event has the id that its body names, and no other one (HOOK-2)', () => {
  assert.equal(scheme.verify(signed(current), keys)?.id, 'Ev08MFMKH6');
  for (const body of ['{"event_id":7}', '{"event_id":"x"}', '{"event":{"event_id":"Ev1"}}', '[]'])
    assert.equal(scheme.verify(signed(current, TIME, body), keys)?.id, undefined, body);
});

test('a time that is not all digits is none, signed or not (HOOK-2)', () => {
  for (const time of ['', `${TIME}abc`, `0${TIME}`, `+${TIME}`, `${TIME}.0`, '1e9', ` ${TIME}`])
    assert.equal(scheme.verify(signed(current, time), keys), undefined, time);
});

test('a digit cannot leave the body for the time (HOOK-1)', () => {
  const delivery = signed(current, '153142061', `8:${BODY}`);
  assert.ok(scheme.verify(delivery, keys));
  const moved = { ...withHeader(delivery, TIMESTAMP, TIME), body: Buffer.from(BODY) };
  assert.equal(scheme.verify(moved, keys), undefined);
});

test('another label or another writing proves nothing (HOOK-1)', () => {
  const [value = ''] = signed(current).headers.get(SIGNATURE) ?? [];
  const mac = value.slice('v0='.length);
  for (const other of [
    mac,
    `v1=${mac}`,
    `V0=${mac}`,
    `v0:${mac}`,
    `v0=${mac.toUpperCase()}`,
    'v0=',
  ])
    assert.equal(scheme.verify(withHeader(signed(current), SIGNATURE, other), keys), undefined);
});

function signed({ secret }: WebhookKey, time = TIME, body = BODY) {
  const mac = createHmac('sha256', secret.reveal()).update(`v0:${time}:${body}`).digest('hex');
  return deliveryOf(body, { [TIMESTAMP]: time, [SIGNATURE]: `v0=${mac}` });
}
