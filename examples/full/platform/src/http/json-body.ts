import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api } from '../service/module.ts';
import { Refusal } from './problems.ts';
import { limits } from './limits.ts';
import { isSafe } from './methods.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    // The media types of the body, if not JSON.
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

const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*"?)(\s*:)?|[{}[\]]|-?\d[\d.eE+-]*/g;
// Keep a byte order mark, so that the parser refuses it: RFC 8259 forbids one, and parsers differ on it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

// Accept JSON only: another site can send a form or text/plain without a preflight. (CHECK-11)
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

// Fastify compares only the start of the media type. With another charset or an unknown parameter, the body may have
// another meaning for its sender.
async function refuseOddMediaType({ headers, method }: FastifyRequest): Promise<void> {
  if (isSafe(method)) return;
  const given = headers['content-type'];
  if (given?.startsWith('application/json') && !MEDIA_TYPE.test(given))
    throw new Refusal('unsupported-media-type', 'Another kind of JSON.');
}

// Send 100 Continue after all checks but those of the body, so that a refused client sends no body. Other expectations
// are refused with the header fields.
async function inviteBody(request: FastifyRequest, { raw: reply }: FastifyReply) {
  const { headers, method, raw, routeOptions } = request;
  // A client of HTTP/1.0 would take 100 Continue for the answer.
  if (headers.expect === undefined || raw.httpVersion === '1.0' || isSafe(method)) return;
  // Only for a body that will be read: Fastify refuses others by media type or length.
  const { 'content-type': type = '', 'content-length': length = 0 } = headers;
  if (MEDIA_TYPE.test(type) && Number(length) <= routeOptions.bodyLimit) reply.writeContinue();
}

export function parseStrictly(body: Buffer): unknown {
  const text = decode(body);
  // Parse first: the scan below relies on valid JSON.
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

// A proxy may keep the first of two equal keys where JSON.parse keeps the last, so one document has two meanings.
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

// Refuse a number that a double cannot hold: 9007199254740993 would arrive as 9007199254740992.
function refuseNumber(value: number): void {
  const exact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (!exact || Object.is(value, -0))
    throw new Refusal('invalid-request', 'A number that is not what it says.');
}

function refuseString(value: unknown, keys: Set<string> | undefined): void {
  // PostgreSQL cannot store U+0000 in text, and would store half a surrogate pair as another character.
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
