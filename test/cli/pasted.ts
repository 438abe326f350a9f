import fc from 'fast-check';

/** A secret as somebody would paste it, with the part that is random and must not be seen again. */
export interface Pasted {
  readonly kind: string;
  readonly text: string;
  readonly random: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const ALPHANUMERIC = `${LOWER}${LOWER.toUpperCase()}${DIGITS}`;

const run = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length });

/** Human-made: letters and digits, as a password would be. No vowels, so that no window of it is part of a word. */
const password = run('bcdfghjklmnpqrstvwxz', 9).chain((letters) =>
  run(DIGITS, 3).map((digits) => letters + digits),
);

const card = run(DIGITS, 11).map((digits) => {
  const body = `4${digits}000`;
  const check = [...DIGITS].find((digit) => passesLuhn(body + digit)) ?? '0';
  return body + check;
});

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const kinds: Readonly<Record<string, fc.Arbitrary<Omit<Pasted, 'kind'>>>> = {
  'payment key': made(run(ALPHANUMERIC, 24), (random) => `sk_${'live'}_${random}`),
  'repository token': made(run(ALPHANUMERIC, 36), (random) => `gh${'p'}_${random}`),
  'cloud key id': made(run(LOWER.toUpperCase(), 16), (random) => `AK${'IA'}${random}`),
  'key of a provider few use': made(run(ALPHANUMERIC, 43), (random) => `dp.${'pt'}.${random}`),
  'signed token': made(run(ALPHANUMERIC, 43), (random) =>
    [Buffer.from('{"alg":"HS256"}'), Buffer.from('{"sub":"1"}')]
      .map((part) => part.toString('base64url'))
      .concat(random)
      .join('.'),
  ),
  'private key': made(run(ALPHANUMERIC, 64), (random) =>
    ['-----BEGIN PRIVATE', `KEY-----\n${random}\n-----END PRIVATE`, 'KEY-----'].join(' '),
  ),
  'address with a password': made(password, (random) => `postgres://app:${random}@db/orders`),
  'connection string': made(password, (random) => `Server=db;User Id=sa;Password=${random};`),
  'header with a token': made(password, (random) => `Authorization: Bearer ${random}`),
  'sentence with a password': made(password, (random) => `the password is ${random} for now`),
  'assignment of a password': made(password, (random) => `DB_PASSWORD=${random}`),
  'password hash': made(run(ALPHANUMERIC, 53), (random) => `$2${'b'}$12$${random}`),
  'card number': made(card, (random) => random),
  'card number in groups': card.map((random) => ({
    text: random.replace(/(\d{4})(?=\d)/g, '$1 '),
    random,
  })),
  'encoded key': made(run(ALPHANUMERIC, 24), (random) =>
    Buffer.from(`sk_${'live'}_${random}`).toString('base64'),
  ),
};

function made(
  random: fc.Arbitrary<string>,
  dress: (random: string) => string,
): fc.Arbitrary<Omit<Pasted, 'kind'>> {
  return random.map((value) => ({ text: dress(value), random: value }));
}

/** One generator a kind. */
export const pasted: readonly { kind: string; secret: fc.Arbitrary<Pasted> }[] = Object.entries(
  kinds,
).map(([kind, secret]) => ({ kind, secret: secret.map((value) => ({ kind, ...value })) }));

/** Long enough not to come up by chance in a page of text, short enough to see a value that is cut or masked in part. */
const WINDOW = 6;

/** Pieces of the random part, as pasted, grouped or encoded, that stand in a text. */
export function echoesOf({ text, random }: Pasted, output: string): string[] {
  const encoded = random === text || text.includes(random) ? [] : [text];
  const plain = output.replace(/[\s-]/g, '');
  return [random, ...encoded].flatMap((whole) => {
    const windows = Array.from({ length: Math.max(1, whole.length - WINDOW + 1) }, (_, at) =>
      whole.slice(at, at + WINDOW),
    );
    return windows.filter((window) => output.includes(window) || plain.includes(window));
  });
}
