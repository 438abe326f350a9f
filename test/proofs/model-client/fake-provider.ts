import { randomUUID } from 'node:crypto';
import type { OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '@app/platform/database/database';
import type { SecretStore } from '@app/platform/secrets/secret';
import { Secret } from '@app/platform/secrets/secret';
import {
  entryFor,
  NAME,
  openPlace,
  openWayOut,
  ours,
} from '../../platform/test/support/egress-servers.ts';
import type {
  ClientLimits,
  ModelEvent,
} from '../../services/api/modules/model-client-disk/client.ts';
import { limits, openClient } from '../../services/api/modules/model-client-disk/client.ts';
import type { ModelRequest } from '../../services/api/modules/model-client-disk/provider.ts';
import { mostTokensOf } from '../../services/api/modules/model-client-disk/provider.ts';
import { scanPrompt } from '../../services/api/modules/model-client-disk/text.ts';

export const MODULE = 'model-client-disk';
export const BUDGET = 'model_client_disk_budget';
const KEY = 'a-key';

export const ask: ModelRequest = { prompt: await prompt('Sum this up.'), mostTokens: 100 };
export const MOST = mostTokensOf(ask);

export async function prompt(text: string) {
  const scanned = await scanPrompt(text);
  if (!scanned.ok) throw new Error(scanned.error.rules.join());
  return scanned.value;
}

export function payerOf() {
  return { tenant: randomUUID(), subject: 'alice' };
}

export type Send = (bytes: string | Uint8Array) => void;

/** The last answer is given again, however often it is asked for. */
export async function opened(
  t: TestContext,
  database: Database,
  answers: readonly RequestListener[],
  more: Partial<ClientLimits> = {},
  secrets: SecretStore = { read: async () => new Secret(KEY) },
) {
  const seen: { key: unknown; body: unknown; at: number }[] = [];
  const place = await openPlace(t, ours, async (request, response) => {
    const body = await json(request);
    seen.push({ key: request.headers['x-api-key'], body, at: performance.now() });
    answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
  });
  const { fetch } = openWayOut(t, [entryFor(place)]);
  const origin = `https://${NAME}:${place.port}`;
  const quick = { ...limits, firstWaitMs: 1, longestWaitMs: 5, ...more };
  return { client: openClient({ database, secrets }, { fetch, origin, limits: quick }), seen };
}

export async function collect(stream: AsyncIterable<ModelEvent>) {
  const texts: string[] = [];
  for await (const event of stream) {
    if (event.kind === 'text') texts.push(event.text.readAsUntrusted());
    else return { text: texts.join(''), last: event };
  }
  throw new Error('The stream has no last event.');
}

export async function spentBy(database: Database, { tenant }: { tenant: string }) {
  const { rows } = await database.ownerTransaction('look', (tx) =>
    sql<{ spent: number }>`
      select spent::int from model_client_disk_budget where tenant = ${tenant}
    `.execute(tx.sql),
  );
  return rows[0]?.spent;
}

export function status(code: number, headers: OutgoingHttpHeaders = {}): RequestListener {
  return (_request, response) => void response.writeHead(code, headers).end('{}');
}

export function streaming(goOn: (send: Send, response: ServerResponse) => void): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    goOn((bytes) => void response.write(bytes), response);
  };
}

/** Sends these bytes and ends. */
export function sending(...bytes: readonly (string | Uint8Array)[]): RequestListener {
  return streaming((send, response) => {
    for (const one of bytes) send(one);
    response.end();
  });
}

interface Told {
  readonly type: string;
  readonly [member: string]: unknown;
}

export function eventOf(event: Told): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export const start = eventOf({
  type: 'message_start',
  message: { id: 'msg_1', usage: { input_tokens: 10, output_tokens: 1 } },
});

export function textEvent(text: unknown): string {
  return eventOf({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}

export function end(reason = 'end_turn', usage: object = { output_tokens: 7 }): string {
  const delta = { stop_reason: reason, stop_sequence: null };
  return eventOf({ type: 'message_delta', delta, usage }) + eventOf({ type: 'message_stop' });
}

export function whole(text: string): string {
  return start + textEvent(text) + end();
}
