import type { Api } from './module.ts';
import { Refusal } from './errors.ts';
import { PROTOTYPE_KEYS } from './json-body.ts';
import { limits } from './limits.ts';

// What RFC 3986 lets a path and a query hold. Whatever else a parser puts up with, the next one reads differently.
const TARGET =
  /^(\/(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9a-f]{2})*)(?:\?((?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*))?$/i;

// Empty, or a way up the tree.
const ODD_SEGMENT = /\/(?:\.{0,2}\/|\.{1,2}$)/;

// Encoded separators and controls, a second encoding within the first, and letters that need none.
const ODD_ESCAPE = /[\p{Cc}/\\%\w\-.~]/u;

// An address has one spelling here. Otherwise a rule of the proxy about /internal says nothing of /x/..;/%69nternal. (CHECK-11)
export function refuseOddTargets(app: Api): void {
  app.addHook('onRequest', async ({ raw: { url = '' } }) => {
    if (url.length > limits.urlCharacters)
      throw new Refusal('uri-too-long', 'Too long an address.');
    const [, path = '', query = ''] = TARGET.exec(url) ?? [];
    // Also the absolute form, which only a proxy is sent: its host would be a second opinion on where this was going.
    if (path === '') throw new Refusal('invalid-request', 'An address of another form.');
    refuseOddPath(path);
    if (query !== '') refuseOddQuery(query);
  });
}

function refuseOddPath(path: string): void {
  const escapes = path.match(/%../g) ?? [];
  if (ODD_SEGMENT.test(path) || escapes.some((escape) => ODD_ESCAPE.test(asciiOf(escape))))
    throw new Refusal('invalid-request', 'A path with a second spelling.');
}

// A name that comes twice is an array to one parser, the first value to another and the last one to a third.
function refuseOddQuery(query: string): void {
  const pairs = query.split('&');
  if (pairs.length > limits.queryParameters)
    throw new Refusal('uri-too-long', 'Too many query parameters.');
  const names = new Set<string>();
  for (const pair of pairs) {
    const text = decoded(pair);
    const name = decoded(pair.split('=', 1)[0] ?? '');
    if (name === '' || names.has(name) || PROTOTYPE_KEYS.has(name) || text.includes('\0'))
      throw new Refusal('invalid-request', 'An ambiguous query.');
    names.add(name);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal('invalid-request', 'A query that is not UTF-8.');
  }
}

function asciiOf(escape: string): string {
  const code = Number.parseInt(escape.slice(1), 16);
  // A byte of a longer character: the router decodes the whole of it, or refuses.
  return code < 0x80 ? String.fromCharCode(code) : '';
}
