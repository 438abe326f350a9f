import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { Refusal } from './problems.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    // Kinds of body, where the route takes another one than JSON.
    takes?: readonly string[];
  }
}

const MEDIA_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i;

// Names that reach a prototype when an object is copied member by member.
export const PROTOTYPE_KEYS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
]);

const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g;
// A byte order mark is kept, and so refused: RFC 8259 forbids sending one, and parsers differ on it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// JSON is the only body there is: a form or text/plain body is what another site can send without a preflight. (CHECK-11)
export function acceptOnlyJson(app: Api): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseStrictly(body),
  );
  app.addHook('preParsing', refuseOddMediaType);
  app.addHook('preParsing', inviteBody);
}

// The framework goes by the first words. A charset that is another, or a parameter nobody here knows, may mean to
// whoever wrote it that the body says something else.
async function refuseOddMediaType({ headers, method }: FastifyRequest): Promise<void> {
  if (isSafe(method)) return;
  const given = headers['content-type'];
  if (given?.startsWith('application/json') && !MEDIA_TYPE.test(given))
    throw new Refusal('unsupported-media-type', 'Another kind of JSON.');
}

// A client that asks first is told to go on once all but its body was looked at: who is refused anyway sends none. Any
// other expectation was refused with the header fields.
async function inviteBody(request: FastifyRequest, { raw: reply }: FastifyReply) {
  const { headers, method, raw, routeOptions } = request;
  // HTTP/1.0 knows no such question, and its clients would take the invitation for the answer.
  if (headers.expect === undefined || raw.httpVersion === '1.0' || isSafe(method)) return;
  // What will be read, and no more: the framework refuses the rest by its kind or its length.
  const { 'content-type': type = '', 'content-length': length = 0 } = headers;
  if (MEDIA_TYPE.test(type) && Number(length) <= routeOptions.bodyLimit) reply.writeContinue();
}

export function parseStrictly(body: Buffer): unknown {
  const text = decode(body);
  // Parsed first: on text that is no JSON the scan below could take quadratic time.
  const document = parse(text);
  refuseAmbiguity(text);
  return document;
}

function decode(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new Refusal('invalid-request', 'The body is not UTF-8.');
  }
}

// A parser in front of us may keep the first of two equal keys where we keep the last: two meanings, one document.
function refuseAmbiguity(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (const [token, string, colon] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(token === '{' ? new Set() : undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (!string) refuseNumber(Number(token));
    else refuseString(parse(string), colon ? open.at(-1) : undefined);
    if (open.length > limits.jsonDepth) throw new Refusal('invalid-request', 'Too deep.');
  }
}

// What a double cannot hold is another number for us than for whoever sent it: 9007199254740993 arrives as ...992.
function refuseNumber(value: number): void {
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (!exact || Object.is(value, -0))
    throw new Refusal('invalid-request', 'A number that is not what it says.');
}

function refuseString(value: unknown, keys: Set<string> | undefined): void {
  // PostgreSQL has no U+0000 in text, so it would surface as an error of ours; half a surrogate would be kept as another
  // character than was sent.
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed())
    throw new Refusal('invalid-request', 'A string holds what cannot be kept.');
  if (!keys) return;
  if (PROTOTYPE_KEYS.has(value)) throw new Refusal('invalid-request', 'A prototype key.');
  if (keys.has(value)) throw new Refusal('invalid-request', 'A duplicate key.');
  keys.add(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('invalid-request', 'The body is not JSON.');
  }
}
