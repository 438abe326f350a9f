import type { Api } from './module.ts';
import { Refusal } from './errors.ts';
import { limits } from './limits.ts';

// Names that reach a prototype when an object is copied member by member.
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g;
const utf8 = new TextDecoder('utf-8', { fatal: true });

// JSON is the only body there is: a form or text/plain body is what another site can send without a preflight.
export function acceptOnlyJson(app: Api): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: unknown, body: Buffer) => parseStrictly(body),
  );
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
    else if (string) refuseString(parse(string), colon ? open.at(-1) : undefined);
    if (open.length > limits.jsonDepth) throw new Refusal('invalid-request', 'Too deep.');
  }
}

function refuseString(value: unknown, keys: Set<string> | undefined): void {
  // PostgreSQL has no U+0000 in text, so it would surface as an error of ours.
  if (typeof value !== 'string' || value.includes('\0'))
    throw new Refusal('invalid-request', 'A string holds U+0000.');
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
