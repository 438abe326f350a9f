import { sign as signAsGithub, verify as verifyAsGithub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, test } from 'vitest';
import { emptyFolderForFile } from '../support/folder.ts';
import { schemesIn } from './support/schemes.ts';
import type { Schemes } from './support/types.ts';

const all: Schemes = await schemesIn(emptyFolderForFile());
const now = new Date(Math.floor(Date.now() / 1000) * 1000);

const PAYLOADS = [
  '{"id":"evt_1","type":"charge.succeeded"}',
  '{"name":"Zoë 🦊 日本","quote":"\\u2028"}',
  `{"long":"${'x'.repeat(100_000)}"}`,
];

const text = all.webhookKey('text', all.testSecret(1).toString('hex'));
const otherText = all.webhookKey('other', all.testSecret(2).toString('hex'));
const whsec = all.webhookKey('whsec', `whsec_${all.testSecret(1).toString('base64')}`);
const otherWhsec = all.webhookKey('other', `whsec_${all.testSecret(2).toString('base64')}`);

describe.each(PAYLOADS.map((payload) => [payload.slice(0, 40), payload] as const))(
  '%s',
  (_name, payload) => {
    test('what the SDK of Stripe signs, ours accepts, and reads its time', () => {
      const header = Stripe.webhooks.generateTestHeaderString({
        payload,
        secret: text.secret.reveal(),
        timestamp: now.getTime() / 1000,
      });
      const delivery = all.deliveryOf(payload, { 'stripe-signature': header });
      const signed = all.stripe().verify(delivery, [otherText, text]);
      expect(signed).toMatchObject({ keyId: 'text', at: now });
      expect(Buffer.from(signed?.body ?? []).toString()).toBe(payload);
      expect(all.stripe().verify(delivery, [otherText])).toBeUndefined();
      const event = () =>
        Stripe.webhooks.constructEvent(payload, header, text.secret.reveal()) as unknown;
      expect(event()).toEqual(JSON.parse(payload));
    });

    test('what @octokit/webhooks-methods signs, ours accepts', async () => {
      const header = await signAsGithub(text.secret.reveal(), payload);
      expect(await verifyAsGithub(text.secret.reveal(), payload, header)).toBe(true);
      const delivery = all.deliveryOf(payload, { 'x-hub-signature-256': header });
      expect(all.github().verify(delivery, [otherText, text])?.keyId).toBe('text');
      expect(all.github().verify(delivery, [otherText])).toBeUndefined();
    });

    test.each([
      ['standardwebhooks', StandardWebhook, 'webhook'],
      ['svix', SvixWebhook, 'svix'],
    ] as const)('what %s signs, ours accepts, and the reverse', (_client, Webhook, prefix) => {
      const theirs = new Webhook(whsec.secret.reveal());
      const headers = {
        [`${prefix}-id`]: 'msg_1',
        [`${prefix}-timestamp`]: `${now.getTime() / 1000}`,
        [`${prefix}-signature`]: theirs.sign('msg_1', now, payload),
      };
      const scheme = all.standardWebhooks({ prefix });
      const signed = scheme.verify(all.deliveryOf(payload, headers), [otherWhsec, whsec]);
      expect(signed).toMatchObject({ keyId: 'whsec', id: 'msg_1', at: now });
      expect(scheme.verify(all.deliveryOf(payload, headers), [otherWhsec])).toBeUndefined();

      const message = { id: 'msg_1', at: now, body: Buffer.from(payload) };
      const ours = all.sign(message, [otherWhsec, whsec]);
      expect(() => theirs.verify(payload, ours)).not.toThrow();
      const stranger = all.sign(message, [otherWhsec]);
      expect(() => theirs.verify(payload, stranger)).toThrow('No matching signature found');
    });
  },
);
