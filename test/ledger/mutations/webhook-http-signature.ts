import type { Mutation } from './mutation.ts';
import { endpoint, otherKey, schemeMutation, tampered } from './scheme-mutation.ts';

const fields = 'http-signature/structured-fields.ts';

/** What an HTTP message signature of RFC 9421 would prove without the strict profile. */
export const httpSignatureMutations: readonly Mutation[] = inHttpSignature();

function inHttpSignature(): Mutation[] {
  const main = 'http-signature.test.ts';
  const profile = 'http-signature/profile.test.ts';
  const left = 'a signature that leaves something out proves nothing, however good (HOOK-1)';
  const parameter =
    'a parameter that is missing, sloppy, doubled or unknown proves nothing (HOOK-1)';
  const digest = 'the published digests of the body are its digests (HOOK-1)';
  const end = 'the end that the sender sets is kept to (HOOK-2)';
  const writing =
    'a member that comes twice, or in another writing, spoils the whole header (HOOK-1)';
  const unusable = 'a key that could prove nothing is an error (HOOK-1)';
  return [
    ['http-signature.ts', main, '!signature || !coversEnough(input, url)', '!signature', left],
    [
      'http-signature.ts',
      main,
      "['@method', 'content-digest', 'content-type']",
      "['content-digest', 'content-type']",
      left,
    ],
    [
      'http-signature.ts',
      main,
      "['@method', 'content-digest', 'content-type']",
      "['@method', 'content-type']",
      left,
    ],
    [
      'http-signature.ts',
      main,
      "['@method', 'content-digest', 'content-type']",
      "['@method', 'content-digest']",
      left,
    ],
    ['http-signature.ts', main, "(url.search === '' ? [] : ['@query'])", '[]', left],
    ['http-signature.ts', main, 'covered.size === components.length &&', '', left],
    ['http-signature.ts', profile, 'PARAMETERS.has(name)', 'name', parameter],
    ['http-signature.ts', profile, ' || nonce === undefined || !NONCE.test(nonce)', '', parameter],
    ['http-signature.ts', profile, '!NONCE.test(nonce)', 'nonce.length > 256', parameter],
    ['http-signature.ts', profile, '!at || !key', '!key', parameter],
    ['http-signature.ts', profile, '!isCurrent(input, at, now()) || ', '', end],
    ['http-signature.ts', profile, 'end > at && ', '', end],
    ['http-signature.ts', profile, 'now < end.getTime()', 'now <= end.getTime()', end],
    [
      'http-signature.ts',
      main,
      " || !matchesDigest(only(headers, 'content-digest'), body)",
      '',
      digest,
    ],
    [
      'http-signature.ts',
      profile,
      '(alg === undefined || alg === algorithmOf(key).name)',
      'true',
      'the key says how it signs: a message that says otherwise proves nothing (HOOK-1)',
    ],
    [
      'http-signature.ts',
      profile,
      'keys.find(({ id }) => id === keyid)',
      'keys[0]',
      'the key is the one that is named, and no other, though it would prove it (HOOK-1)',
    ],
    [
      'http-signature.ts',
      profile,
      "only(headers, 'signature-input'))?.get(label)",
      "only(headers, 'signature-input'))?.values().next().value",
      'one label is ours: another one proves nothing, and a stranger next to it harms nothing (HOOK-1)',
    ],
    [
      'http-signature.ts',
      main,
      ' || !algorithmOf(key).verify(Buffer.from(base), signature)',
      '',
      otherKey('http-signature with hmac-sha256'),
    ],
    ['http-signature/content-digest.ts', main, 'digests.every(', 'digests.some(', digest],
    [
      'http-signature/content-digest.ts',
      main,
      'hash !== undefined && sameBytes',
      'hash === undefined || sameBytes',
      digest,
    ],
    [
      'http-signature/signature-base.ts',
      profile,
      ' || !VALUE.test(value)',
      '',
      'a header cannot bring a line of its own into what was signed (HOOK-1)',
    ],
    [
      'http-signature/signature-base.ts',
      main,
      'only(delivery.headers, name)',
      'delivery.headers.get(name)?.[0]',
      tampered('http-signature with hmac-sha256'),
    ],
    [fields, profile, ' || inputs.has(label)', '', writing],
    [fields, profile, ' || members.has(name)', '', writing],
    [fields, profile, '(?:, ?(?=[a-z*])|$)', '(?:, ?|$)', writing],
    [fields, profile, 'if (parameters.size !== found.length) return undefined;', '', parameter],
    [fields, profile, "=== value.startsWith('\"')", "=== (value === 'none')", parameter],
    ['http-signature/keys.ts', main, " || namedCurve !== 'prime256v1'", '', unusable],
    [
      'http-signature/keys.ts',
      main,
      '!bytes || bytes.length < SHORTEST_SECRET',
      '!bytes',
      unusable,
    ],
    [
      'http-signature/keys.ts',
      main,
      "if (!text.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;",
      '',
      unusable,
    ],
  ].map(([file = '', testFile = '', find = '', replace = '', test = '']) =>
    schemeMutation(`${endpoint}/${file}`, find, replace, `${endpoint}/${testFile}`, test),
  );
}
