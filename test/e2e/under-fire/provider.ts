import { createHmac, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

/** What a provider waits for an answer, and before it tries again. Theirs are longer, and so are their outages. */
const PATIENCE_MS = 5_000;
const AGAIN_AFTER_MS = 100;

/** Far above what a restart takes: an answer that never comes would be waited for otherwise. */
const LONGEST_MS = 120_000;

const TAKEN: ReadonlySet<number> = new Set([200, 202]);

/** Overloaded, starting, limited, or nobody there: all of them say to come back. */
const RETRIED: ReadonlySet<number> = new Set([0, 429, 500, 502, 503, 504]);

const agent = new Agent({ keepAlive: true, maxSockets: 128 });

export interface Delivery {
  readonly endpoint: string;
  readonly body: string;
  /** Signed anew for each attempt, as providers do. */
  readonly sign: () => Readonly<Record<string, string>>;
}

export const standardSecret = `whsec_${randomBytes(32).toString('base64')}`;
export const githubSecret = randomBytes(32).toString('hex');

const standard = new Webhook(standardSecret);

/** By the id that is signed, or by the body where nothing else is. */
export function deliveryOf(number: number): Delivery {
  const body = JSON.stringify({ type: 'thing.changed', number });
  return number % 2 === 0
    ? { endpoint: 'standard', body, sign: () => signedAsStandard(`msg_${number}`, body) }
    : { endpoint: 'github', body, sign: () => signedAsGithub(body) };
}

function signedAsStandard(id: string, body: string): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
    'webhook-signature': standard.sign(id, at, body),
  };
}

function signedAsGithub(body: string): Record<string, string> {
  const mac = createHmac('sha256', githubSecret).update(body).digest('hex');
  return { 'x-hub-signature-256': `sha256=${mac}` };
}

/** Sends it until it is answered for good: all statuses, 0 where there was no answer. */
export async function deliver(
  delivery: Delivery,
  portOf: (attempt: number) => number,
): Promise<readonly number[]> {
  const statuses: number[] = [];
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    const status = await send(delivery, portOf(statuses.length));
    statuses.push(status);
    if (TAKEN.has(status) || !RETRIED.has(status)) return statuses;
    if (performance.now() > end) throw new Error(`Never answered: ${statuses.join(' ')}`);
    await sleep(AGAIN_AFTER_MS);
  }
}

export function isTaken(statuses: readonly number[]): boolean {
  return TAKEN.has(statuses.at(-1) ?? 0);
}

function send({ endpoint, body, sign }: Delivery, port: number): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: `/webhooks/${endpoint}`,
        headers: {
          ...sign(),
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        timeout: PATIENCE_MS,
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', () => resolve(0));
        answer.on('aborted', () => resolve(0));
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve(0));
    sent.end(body);
  });
}
