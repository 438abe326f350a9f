// Runs inside an emitted project: what it delivers, over TLS to a server of this machine, the clients of subscribers take.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openChosen } from '@app/platform/egress/chosen';
import { deliveryJobs } from '@app/platform/outbound-webhooks/deliver';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { NAME, openPlace, ours, to } from '../../platform/test/support/egress-servers.ts';
import {
  openOutboundApp,
  owner,
  publishOne,
  subscribe,
  SUBSCRIBERS,
  workAll,
} from '../../platform/test/support/outbound.ts';
import { signedIn } from '../support/signed-in.ts';

let service;
let operator;
before(async () => {
  service = await openOutboundApp();
  operator = await signedIn(service, { roles: ['operator'] });
});
after(() => service.close());

for (const [client, Webhook] of [
  ['standardwebhooks', StandardWebhook],
  ['svix', SvixWebhook],
])
  test(`${client} verifies what arrives, under both keys of a rotation, and under no other`, async (t) => {
    const received = [];
    const place = await openPlace(t, ours, async (request, response) => {
      const body = (await request.toArray()).join('');
      received.push({ body, headers: request.headers });
      response.end();
    });
    const chosen = openChosen(
      { ports: [place.port], ca: place.cert, loopback: true },
      { resolve: to('127.0.0.1') },
    );
    t.after(() => chosen.close());
    const { id, secret } = await subscribe(operator);
    await owner(
      service,
      `update outbound_subscriber set url = 'https://${NAME}:${place.port}/' where id = '${id}'`,
    );
    const rotated = await operator.send('POST', `${SUBSCRIBERS}/${id}/keys`, { overlapHours: 1 });
    const event = await publishOne(service);
    await workAll(
      service,
      deliveryJobs(() => chosen),
    );
    const [{ body, headers }] = received;
    assert.equal(headers['webhook-id'], event.id);
    for (const key of [secret, rotated.json().secret])
      assert.doesNotThrow(() => new Webhook(key).verify(body, headers));
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
    assert.throws(() => stranger.verify(body, headers), /No matching signature/);
    await owner(service, `delete from outbound_subscriber where id = '${id}'`);
  });
