import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sign as signAsGithub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateModule } from '../../src/operations/generate.ts';
import type { Process, Production } from '../e2e/under-fire/production.ts';
import { end, prepareProduction, query, startProcess } from '../e2e/under-fire/production.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { emit } from '../support/profiles.ts';
import { linkDependencies } from '../support/workbench.ts';

/** Far above what a worker takes to look at its jobs. */
const LONGEST_MS = 30_000;

const hex = (): string => randomBytes(32).toString('hex');
const whsec = (): string => `whsec_${randomBytes(32).toString('base64')}`;

interface Message {
  readonly id: string;
  /** In whole seconds. */
  readonly at: number;
  readonly body: string;
}

type Headers = Readonly<Record<string, string>>;

interface Client {
  readonly newSecret: () => string;
  readonly sign: (message: Message, secret: string) => Promise<Headers>;
  readonly signs: readonly ('id' | 'time')[];
}

const standard = (
  prefix: string,
  Webhook: typeof StandardWebhook | typeof SvixWebhook,
): Client => ({
  newSecret: whsec,
  signs: ['id', 'time'],
  sign: async ({ id, at, body }, secret) => ({
    [`${prefix}-id`]: id,
    [`${prefix}-timestamp`]: `${at}`,
    [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(at * 1000), body),
  }),
});

/** By the name of their endpoint: what providers' own packages sign. */
const CLIENTS: Readonly<Record<string, Client>> = {
  stripe: {
    newSecret: hex,
    signs: ['time'],
    sign: async ({ at, body }, secret) => ({
      'stripe-signature': Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret,
        timestamp: at,
      }),
    }),
  },
  github: {
    newSecret: hex,
    signs: [],
    sign: async ({ body }, secret) => ({ 'x-hub-signature-256': await signAsGithub(secret, body) }),
  },
  standard: standard('webhook', StandardWebhook),
  svix: standard('svix', SvixWebhook),
};

const names = Object.keys(CLIENTS);
const timed = names.filter((name) => clientOf(name).signs.includes('time'));
const named = names.filter((name) => clientOf(name).signs.includes('id'));
const secrets = new Map(names.map((name) => [name, clientOf(name).newSecret()]));

const folder = mkdtempSync(join(tmpdir(), 'create-secure-app-'));
const running: Process[] = [];
let production: Production;

beforeAll(async () => {
  const catalogue = await catalogueHere();
  const root = await emit('minimal', folder, catalogue);
  for (const name of names)
    await generateModule({ directory: root, generator: 'webhook', name }, catalogue);
  linkDependencies(root);
  const set = [...secrets].map(([name, secret]) => [`webhooks/${name}-1`, secret] as const);
  production = prepareProduction(
    root,
    `clients_${process.pid}`,
    join(folder, 'data'),
    Object.fromEntries(set),
  );
  for (const kind of ['api', 'worker'] as const) running.push(await startProcess(production, kind));
});

afterAll(async () => {
  for (const one of running) await end(one, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe.each(names)('what the package for %s signs', (name) => {
  test('is accepted and takes effect, and is a duplicate when it comes again', async () => {
    const message = messageOf({});
    expect(await deliver(name, message)).toBe(202);
    expect(await deliver(name, message)).toBe(200);
    expect(await deliver(name, { ...message, at: now() })).toBe(200);
    await untilHandled();
    expect(kept(name, message)).toEqual([{ state: 'done', effects: 1 }]);
  });

  test('is refused where another key signed it, or another body was signed', async () => {
    const message = messageOf({});
    expect(await deliver(name, message, clientOf(name).newSecret())).toBe(401);
    const headers = await clientOf(name).sign(message, secrets.get(name) ?? '');
    expect(await post(name, headers, `${message.body} `)).toBe(401);
    expect(await post(name, {}, message.body)).toBe(401);
    expect(await deliver(name, message)).toBe(202);
  });

  test('is a duplicate until the end of its window, and a delivery of its own after it', async () => {
    const message = messageOf({});
    expect(await deliver(name, message)).toBe(202);
    moveWindow(name, `now() + interval '5 seconds'`);
    expect(await deliver(name, message)).toBe(200);
    moveWindow(name, `now() - interval '1 millisecond'`);
    expect(await deliver(name, message)).toBe(202);
    expect(await deliver(name, message)).toBe(200);
    await untilHandled();
    expect(kept(name, message)).toEqual([
      { state: 'done', effects: 1 },
      { state: 'done', effects: 1 },
    ]);
  });
});

test.each(named)('%s: an id that was signed with another body is a conflict', async (name) => {
  const message = messageOf({});
  expect(await deliver(name, message)).toBe(202);
  expect(await deliver(name, messageOf({ id: message.id }))).toBe(409);
  expect(await deliver(name, message)).toBe(200);
});

test.each(names.filter((name) => !named.includes(name)))(
  '%s: another body is another delivery',
  async (name) => {
    const message = messageOf({});
    expect(await deliver(name, message)).toBe(202);
    expect(await deliver(name, messageOf({ id: message.id }))).toBe(202);
  },
);

test.each(timed)(
  '%s: a clock may be off by 299 seconds both ways, and not by 301',
  async (name) => {
    // Whole seconds are signed: rounded towards what is claimed, so that a slow moment proves nothing else.
    const seconds = () => Date.now() / 1000;
    expect(await deliver(name, messageOf({ at: Math.ceil(seconds()) - 299 }))).toBe(202);
    expect(await deliver(name, messageOf({ at: Math.floor(seconds()) + 299 }))).toBe(202);
    expect(await deliver(name, messageOf({ at: Math.floor(seconds()) - 301 }))).toBe(403);
    expect(await deliver(name, messageOf({ at: Math.ceil(seconds()) + 301 }))).toBe(403);
  },
);

function clientOf(name: string): Client {
  const client = CLIENTS[name];
  if (client === undefined) throw new Error(`There is no client ${name}.`);
  return client;
}

function messageOf(given: Partial<Message>): Message {
  const id = `msg_${randomBytes(8).toString('hex')}`;
  // As Stripe has it, whose payloads have the most members that are checked.
  const event = { object: 'event', created: now(), livemode: false, data: { object: {} } };
  const body = JSON.stringify({ id, type: 'thing.changed', text: 'Zoë 🦊', ...event });
  return { id, at: now(), body, ...given };
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

async function deliver(
  name: string,
  message: Message,
  secret = secrets.get(name) ?? '',
): Promise<number> {
  return post(name, await clientOf(name).sign(message, secret), message.body);
}

async function post(name: string, headers: Headers, body: string): Promise<number> {
  const [api] = running;
  const answer = await fetch(`http://127.0.0.1:${api?.port}/webhooks/${name}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  const text = await answer.text();
  if (answer.status < 300) expect(text).toBe('{}');
  return answer.status;
}

async function untilHandled(): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const [row] = query<{ count: number }>(
      production,
      `select count(*)::integer as count from job where state = 'ready'`,
    );
    if (row?.count === 0) return;
    if (performance.now() > deadline) throw new Error(`${row?.count} jobs are not done.`);
    await sleep(200);
  }
}

/** What became of a message, once for each time that it was accepted. */
function kept(name: string, { id, body }: Message): readonly object[] {
  const key = clientOf(name).signs.includes('id') ? `'id:${id}'` : `'body:' || ${digest(body)}`;
  return query(
    production,
    `select job.state,
            (select count(*) from webhook_${name}_event where delivery = kept.id)::integer as effects
     from webhook_delivery as kept
     join job on kind = 'webhook-' || endpoint and payload ->> 'delivery' = kept.id::text
     where endpoint = '${name}' and dedupe_key = ${key} order by kept.id`,
  );
}

function digest(body: string): string {
  return `encode(sha256(convert_to('${body}', 'UTF8')), 'hex')`;
}

/** When the window ends of what was accepted last. */
function moveWindow(name: string, to: string): void {
  query(
    production,
    `update webhook_seen set seen_at = now() - interval '1 day', expires_at = ${to}
     where (endpoint, dedupe_key) =
       (select endpoint, dedupe_key from webhook_delivery where endpoint = '${name}'
        order by id desc limit 1)`,
  );
}
