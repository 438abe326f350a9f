import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

interface Cookie {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

type Flag = readonly [name: string, held: (cookie: Cookie) => boolean, problem: string];

// Every cookie, not only the session's: a weak one beside it is where fixation starts. (CHECK-3)
const FLAGS: readonly Flag[] = [
  [
    'prefix',
    ({ name }) => name.startsWith('__Host-'),
    'another host of the domain can set it: name it __Host-',
  ],
  ['Secure', ({ attributes }) => attributes.has('secure'), 'it travels over plain http'],
  ['HttpOnly', ({ attributes }) => attributes.has('httponly'), 'a script can read it'],
  [
    'SameSite',
    ({ attributes }) => ['lax', 'strict'].includes(attributes.get('samesite') ?? ''),
    'other sites can send it: SameSite=Lax or Strict',
  ],
  [
    'Path',
    ({ attributes }) => attributes.get('path') === '/',
    'browsers refuse __Host- without Path=/',
  ],
  ['Domain', ({ attributes }) => !attributes.has('domain'), 'every host of the domain receives it'],
];

/** A finding for each flag of a cookie, by its name. The value is shown to nobody. (CHECK-3) */
export function verifyCookie(path: string, header: string): Finding[] {
  const cookie = parseCookie(header);
  return FLAGS.map(([flag, held, problem]) =>
    finding('cookie', `${path} ${cookie.name} ${flag}`, !held(cookie) && problem),
  );
}

// The last of a repeated attribute counts, as it does in a browser. https://www.rfc-editor.org/rfc/rfc6265#section-5.3
function parseCookie(header: string): Cookie {
  const [pair = '', ...attributes] = header.split(';');
  return {
    name: pair.slice(0, Math.max(0, pair.indexOf('='))).trim(),
    attributes: new Map(attributes.map(attributeOf)),
  };
}

function attributeOf(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name.trim().toLowerCase(), attributeValue(name, value.join('=').trim())];
}

function attributeValue(name: string, value: string): string {
  return name.trim().toLowerCase() === 'path' ? value : value.toLowerCase();
}
