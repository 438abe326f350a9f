import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatFinding, scanAnswers } from '../../src/guard/index.ts';
import { planted, random } from './planted.ts';

/** Printed by fast-check when a property fails; fixed so that a failure can be repeated. */
const RUNS = { seed: 20_261_122, numRuns: 150 } as const;

const hexDigits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const word = fc.stringMatching(/^[a-z][a-z0-9]{1,12}$/);

const benign = fc.oneof(
  fc.uuid(),
  hexDigits(40),
  hexDigits(64).map((hex) => `sha256:${hex}`),
  fc.base64String({ minLength: 88, maxLength: 88 }).map((text) => `sha512-${text}`),
  fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join('-')),
  fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join('_').toUpperCase()),
  fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => `${words.join(' ')}.`),
  fc.date({ min: new Date(0), noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: 0, max: 65_535 }),
  fc.boolean(),
  fc.webUrl(),
  fc.emailAddress(),
);

const credentials: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(planted).filter(
      ([name]) =>
        !/^(?:PEM|JWK|SHA|COMMIT|MIXED|STRIPE_REST|BASIC|VISA_|RANDOM_SHORT|AWS_SECRET|HEX)/.test(
          name,
        ),
    ),
  ),
  BEARER: `Bearer ${['abc', '123', 'def'].join('-')}`,
  URL: `postgres://app:${'hunter2'}@db/orders`,
};

const secret = fc.oneof(
  fc.constantFrom(...Object.values(credentials)),
  fc.integer().map((seed) => random(44, `property-${seed}`)),
);

/** Ways a value travels that must not hide it. */
const disguise = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => `the value is ${text} for now`,
  (text) => `"${text}"`,
);

/** Ways that hide a value whose shape is known; a merely random one is only known as typed. */
const decodings: Readonly<Record<string, (text: string) => string>> = {
  'zero-width': (text) => [...text].join('\u200b'),
  'full width': (text) =>
    text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  'percent encoding': (text) =>
    text.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`),
  base64: (text) => Buffer.from(`key ${text} end`).toString('base64'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
  'character references': (text) => text.replace(/./g, (letter) => `&#${letter.charCodeAt(0)};`),
  'escapes in escapes': (text) =>
    encodeURIComponent(text.replace(/./g, (l) => `%${l.charCodeAt(0).toString(16)}`)),
};

test('ordinary answers pass', async () => {
  const answers = fc.dictionary(
    word.filter((name) => !/token|secret|pass|pwd|salt|key|pepper|cred/.test(name)),
    fc.oneof(benign, fc.array(benign, { maxLength: 3 })),
    { maxKeys: 6 },
  );
  await fc.assert(
    fc.asyncProperty(answers, async (value) => {
      expect(await scanAnswers(value)).toEqual([]);
    }),
    RUNS,
  );
});

test('a planted secret is found wherever it stands, and never repeated', async () => {
  const places = fc.constantFrom<(text: string) => unknown>(
    (text) => ({ description: text }),
    (text) => ({ modules: [{ notes: ['fine', text] }] }),
    (text) => ({ [text]: true }),
    (text) => ({ nested: { [text]: { more: 1 } } }),
    (text) => text,
  );
  await fc.assert(
    fc.asyncProperty(secret, disguise, places, async (value, dress, place) => {
      const findings = await scanAnswers(place(dress(value)));
      expect(findings).not.toEqual([]);
      expect(JSON.stringify(findings)).not.toContain(value);
      expect(findings.map(formatFinding).join('\n')).not.toContain(value);
    }),
    RUNS,
  );
});

describe.each(Object.entries(decodings))('%s does not hide', (_, decode) => {
  test.each(Object.entries(credentials).filter(([name]) => !/RANDOM|SPACED|DASHED/.test(name)))(
    '%s',
    async (_name, value) => {
      expect(await scanAnswers({ description: decode(value) })).not.toEqual([]);
    },
  );
});

// In base64 a slash is a digit, so that what a key decodes to would depend on the length of the path before it.
test.each(['/srv/', '/srv/a/', '/srv/ab/', '/srv/abc/', 'app-', 'app-abc-', 'my_app_'])(
  'an encoded value is found behind %s',
  async (before) => {
    for (const name of ['AWS_ID', 'STRIPE_LIVE', 'VISA'] as const) {
      const encoded = Buffer.from(planted[name] ?? '').toString('base64');
      const rules = (await scanAnswers({ directory: before + encoded })).map(({ rule }) => rule);
      expect(rules, name).toContainEqual(expect.stringMatching(/^(?:secret|card)-/));
    }
  },
);

test('digits of other scripts are digits', async () => {
  const arabic = planted['VISA']?.replace(/\d/g, (digit) =>
    String.fromCharCode(0x660 + Number(digit)),
  );
  expect(await scanAnswers({ description: arabic })).toHaveLength(1);
});

test('findings point at the answer', async () => {
  const findings = await scanAnswers({ a: [{ b: `x ${planted['AWS_ID']}` }] });
  expect(findings.map((finding) => finding.file)).toEqual(['answers/a/0/b']);
});

test('a key cannot write to the terminal', async () => {
  const [finding] = await scanAnswers({ '\u001b[2J\u0007': planted['AWS_ID'] });
  expect(formatFinding(finding!)).toMatch(/^[\x20-\x7e\n]+$/);
});

test('a value that contains itself ends the walk', async () => {
  const answers: Record<string, unknown> = {};
  answers['self'] = answers;
  expect((await scanAnswers(answers)).map((finding) => finding.rule)).toContain('answer-limits');
});

test('everything JSON cannot hold is judged as text', async () => {
  const card = BigInt(planted['VISA'] ?? '');
  expect((await scanAnswers({ limit: card })).map((finding) => finding.rule)).toEqual([
    'card-number',
  ]);
});
