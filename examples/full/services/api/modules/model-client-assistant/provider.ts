import { fileURLToPath } from 'node:url';
import { createParser } from 'eventsource-parser';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { readShard } from '@app/platform/egress/hosts';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import type { Secret } from '@app/platform/secrets/secret';
import { SecretReference } from '@app/platform/secrets/secret';
import { EGRESS } from '@app/platform/service/folders';
import type { Usage } from './budget.ts';
import type { ScannedPrompt, UntrustedText } from './text.ts';
import { untrusted } from './text.ts';

// The Messages API of Anthropic: https://platform.claude.com/docs/en/api/messages
// To change the provider, change this file and the shard in security/egress/, and no other file.

/** One version of a model. An alias would become another model overnight. */
export const MODEL = 'claude-sonnet-5';

export const KEY = new SecretReference('model-clients/assistant/key');

const VERSION = '2023-06-01';

/** The one host of the module's shard, so that the client calls the host that the dispatcher lets out. (HOOK-4) */
export const ORIGIN = originOf('model-client-assistant');

function originOf(module: string): string {
  const [entry, ...others] = readShard(fileURLToPath(EGRESS), `${module}.json`).egress;
  if (!entry || others.length > 0)
    throw new Error(`security/egress/${module}.json must list one host: that of the provider.`);
  return new URL(`https://${entry.host}:${entry.ports[0]}`).origin;
}

export interface ModelRequest {
  readonly prompt: ScannedPrompt;
  /** What the model is told about its task. */
  readonly instructions?: ScannedPrompt;
  /** How long the answer may get. */
  readonly mostTokens: number;
  readonly signal?: AbortSignal;
}

/** The key stands in a header, so that no address holds it. (HOOK-6) */
export function messageFor({ prompt, instructions, mostTokens }: ModelRequest, key: Secret) {
  const body = {
    model: MODEL,
    max_tokens: mostTokens,
    stream: true,
    ...(instructions && { system: instructions.reveal() }),
    messages: [{ role: 'user', content: prompt.reveal() }],
  };
  const headers = {
    accept: 'text/event-stream',
    'anthropic-version': VERSION,
    'content-type': 'application/json',
    'x-api-key': key.reveal(),
  };
  return { path: '/v1/messages', headers, body: JSON.stringify(body) };
}

// The provider adds a few tokens around the texts.
const FRAME_TOKENS = 256;

/** The most that a call can cost. A token is at least one byte of the text, so there are never more tokens than bytes. */
export function mostTokensOf({ prompt, instructions, mostTokens }: ModelRequest): number {
  const texts = prompt.reveal() + (instructions?.reveal() ?? '');
  return Buffer.byteLength(texts) + FRAME_TOKENS + mostTokens;
}

/** Whether it is certain that a call with this status was not worked on, and so costs nothing. */
export function isUndone(status: number): boolean {
  return (status >= 300 && status < 500) || status === 503 || status === 529;
}

/** `complete`; `cut-off` at its length; `declined` by the model; `other`, such as a call of a tool: none is made. */
export type Ending = 'complete' | 'cut-off' | 'declined' | 'other';

const ENDINGS: ReadonlyMap<string, Ending> = new Map([
  ['end_turn', 'complete'],
  ['stop_sequence', 'complete'],
  ['max_tokens', 'cut-off'],
  ['model_context_window_exceeded', 'cut-off'],
  ['refusal', 'declined'],
]);

export interface TextPart {
  readonly kind: 'text';
  readonly text: UntrustedText;
}

export interface EndPart {
  readonly kind: 'end';
  readonly ending: Ending;
  readonly usage: Usage;
}

/** Why there is no end of an answer. */
export type Unread = 'unavailable' | 'unclear';

export interface AnswerLimits {
  readonly idleMs: number;
  readonly eventCharacters: number;
  readonly answerBytes: number;
}

// Beyond any window of a model. A count is added to the budget, so it must not overflow it.
const MOST_COUNTED = 100_000_000;

const Count = Type.Integer({ minimum: 0, maximum: MOST_COUNTED });
const Counts = Type.Object({
  input_tokens: Type.Optional(Type.Union([Count, Type.Null()])),
  cache_creation_input_tokens: Type.Optional(Type.Union([Count, Type.Null()])),
  cache_read_input_tokens: Type.Optional(Type.Union([Count, Type.Null()])),
  output_tokens: Count,
});
type Counts = Static<typeof Counts>;

const Tagged = Type.Object({ type: Type.String() });
const MessageStart = Type.Object({ message: Type.Object({ usage: Counts }) });
const Delta = Type.Object({ delta: Tagged });
const TextDelta = Type.Object({
  delta: Type.Object({ type: Type.Literal('text_delta'), text: Type.String() }),
});
const MessageDelta = Type.Object({
  delta: Type.Object({ stop_reason: Type.Union([Type.String(), Type.Null()]) }),
  usage: Counts,
});

/** Reads the answer within limits on its size and on the time between two events, and returns how it ended. (HOOK-4) */
export async function* readAnswer(
  body: AsyncIterable<Uint8Array>,
  { idleMs, eventCharacters, answerBytes }: AnswerLimits,
  attempt: AbortController,
): AsyncGenerator<TextPart, EndPart | Unread, void> {
  const eventsOf = openEvents(eventCharacters);
  const read = openReader();
  const startTimer = () => setTimeout(() => attempt.abort(), idleMs);
  let idle = startTimer();
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      const events = bytes > answerBytes ? undefined : eventsOf(chunk);
      if (!events) return 'unclear';
      if (events.length === 0) continue;
      // The time that the consumer takes for a text is not the provider's.
      clearTimeout(idle);
      for (const data of events) {
        const part = read(data);
        if (!part.ok) return part.error;
        if (part.value?.kind === 'end') return part.value;
        if (part.value) yield part.value;
      }
      idle = startTimer();
    }
  } catch {
    // Too late, stopped, or the connection broke. What was thrown could quote the answer. (HOOK-6)
  } finally {
    clearTimeout(idle);
  }
  return 'unavailable';
}

/** Returns the events that a chunk completes, or undefined if one is too long or is not UTF-8. */
function openEvents(mostCharacters: number): (chunk: Uint8Array) => string[] | undefined {
  const complete: string[] = [];
  let isTooLong = false;
  const parser = createParser({
    // What waits for its end. An event that is complete in its chunk is measured below.
    maxBufferSize: mostCharacters,
    onError: ({ type }) => void (isTooLong ||= type === 'max-buffer-size-exceeded'),
    onEvent: ({ data }) => {
      complete.push(data);
      isTooLong ||= data.length > mostCharacters;
    },
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return (chunk) => {
    try {
      parser.feed(decoder.decode(chunk, { stream: true }));
    } catch {
      return undefined;
    }
    return isTooLong ? undefined : complete.splice(0);
  };
}

/**
 * Reads the events of one answer. Takes text only: the input of a tool, thinking, and kinds of events that are not known
 * yet are left out. An event of another shape ends the answer. (HOOK-4)
 */
function openReader(): (data: string) => Result<TextPart | EndPart | undefined, Unread> {
  let counts: Counts | undefined;
  let reason: string | null = null;
  return (data) => {
    const event = parsed(data);
    if (!Value.Check(Tagged, event)) return err('unclear');
    switch (event.type) {
      case 'message_start':
        if (!Value.Check(MessageStart, event)) return err('unclear');
        counts = event.message.usage;
        return ok(undefined);
      case 'content_block_delta':
        if (!Value.Check(Delta, event)) return err('unclear');
        if (event.delta.type !== 'text_delta') return ok(undefined);
        if (!Value.Check(TextDelta, event)) return err('unclear');
        return ok({ kind: 'text', text: untrusted(event.delta.text) });
      case 'message_delta':
        if (!Value.Check(MessageDelta, event)) return err('unclear');
        counts = updated(counts, event.usage);
        reason = event.delta.stop_reason;
        return ok(undefined);
      case 'message_stop':
        return counts && reason !== null ? ok(endOf(reason, counts)) : err('unclear');
      case 'error':
        return err('unavailable');
      default:
        return ok(undefined);
    }
  };
}

// A later count is that of the whole answer so far. One that is null says nothing: the earlier one stays.
function updated(counts: Counts | undefined, later: Counts): Counts {
  const known = Object.entries(later).filter(([, count]) => count !== null);
  return { ...counts, ...(Object.fromEntries(known) as Counts) };
}

function endOf(reason: string, counts: Counts): EndPart {
  const input =
    (counts.input_tokens ?? 0) +
    (counts.cache_creation_input_tokens ?? 0) +
    (counts.cache_read_input_tokens ?? 0);
  const usage = { input, output: counts.output_tokens };
  return { kind: 'end', ending: ENDINGS.get(reason) ?? 'other', usage };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
