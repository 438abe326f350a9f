import { createHash } from 'node:crypto';
import { Secret } from '../../src/secrets/secret.ts';
import type { Delivery, Scheme, WebhookKey } from '../../src/webhooks/scheme.ts';

/** Deliveries that a scheme accepts, and everything of them that nobody may change. */
export interface Sample {
  readonly scheme: Scheme;
  // Both live, as in the middle of a rotation.
  readonly keys: readonly [WebhookKey, WebhookKey];
  readonly signedBy: (key: WebhookKey) => Delivery;
  // Headers that are signed, or carry the signature.
  readonly headers: readonly string[];
  readonly signsUrl?: true;
}

/** Bytes for a secret, made here: a literal would be one that somebody uses one day. */
export function testSecret(number: number): Buffer {
  return createHash('sha256').update(`a secret of the tests, number ${number}`).digest();
}

/** What somebody published as an example, in groups as one reads it out: it was never secret, and looks it. */
export function published(...groups: readonly string[]): string {
  return groups.join('').replaceAll(' ', '');
}

export function webhookKey(id: string, secret: string): WebhookKey {
  return { id, secret: new Secret(secret) };
}

export function deliveryOf(
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
  url = 'https://app.example/webhooks/acme',
): Delivery {
  return {
    method: 'POST',
    url: new URL(url),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: Buffer.from(body),
  };
}

export function withHeader(delivery: Delivery, name: string, ...values: string[]): Delivery {
  const headers = new Map(delivery.headers);
  if (values.length === 0) headers.delete(name);
  else headers.set(name, values);
  return { ...delivery, headers };
}

export function withBody(delivery: Delivery, body: string | Uint8Array): Delivery {
  return { ...delivery, body: Buffer.from(body) };
}

/** What no sample survives, each with its name. */
export function* tamperings(sample: Sample): Generator<readonly [name: string, Delivery]> {
  const { headers, keys, signedBy } = sample;
  const delivery = signedBy(keys[0]);
  const { body } = delivery;
  yield ['the body cut by a byte', withBody(delivery, body.subarray(0, -1))];
  yield ['no body', withBody(delivery, '')];
  yield ['a byte behind the body', withBody(delivery, Buffer.concat([body, Buffer.from('0')]))];
  for (const name of headers) {
    const value = headerOf(delivery, name);
    yield [`no ${name}`, withHeader(delivery, name)];
    yield [`an empty ${name}`, withHeader(delivery, name, '')];
    yield [`${name} twice`, withHeader(delivery, name, value, value)];
    yield [`another ${name} before it`, withHeader(delivery, name, `${value}0`, value)];
    yield [
      `${name} joined as node:http joins it`,
      withHeader(delivery, name, `${value}, ${value}`),
    ];
    yield [`${name} cut by a character`, withHeader(delivery, name, value.slice(0, -1))];
    yield [`a line end behind ${name}`, withHeader(delivery, name, `${value}\n`)];
    yield [`a character behind ${name}`, withHeader(delivery, name, `${value}0`)];
    yield [`a blank before ${name}`, withHeader(delivery, name, ` ${value}`)];
  }
  if (sample.signsUrl) {
    const { href } = delivery.url;
    yield ['another host', { ...delivery, url: new URL(href.replace('//', '//x')) }];
    yield [
      'another query',
      { ...delivery, url: new URL(`${href}${/[?]/.test(href) ? '&' : '?'}a=1`) },
    ];
  }
}

/** Deliveries that differ from the sample in one bit, the same ones for a seed. */
export function* bitFlips(sample: Sample, count: number, seed: number): Generator<Delivery> {
  const delivery = sample.signedBy(sample.keys[0]);
  const below = randomBelow(seed);
  for (let left = count; left > 0;) {
    const flipped = flipOne(sample, delivery, below);
    if (flipped === undefined) continue;
    left -= 1;
    yield flipped;
  }
}

function flipOne(
  { headers, signsUrl }: Sample,
  delivery: Delivery,
  below: Below,
): Delivery | undefined {
  const places = ['body', ...(signsUrl ? ['url'] : []), ...headers];
  const place = places[below(places.length)];
  if (place === 'body') return withBody(delivery, flipBit(delivery.body, below));
  if (place === 'url') return withFlippedUrl(delivery, below);
  const value = Buffer.from(headerOf(delivery, place ?? ''), 'latin1');
  return withHeader(delivery, place ?? '', flipBit(value, below).toString('latin1'));
}

// Some flips make no address, and some the same one: host names have no case.
function withFlippedUrl(delivery: Delivery, below: Below): Delivery | undefined {
  const flipped = flipBit(Buffer.from(delivery.url.href), below).toString('latin1');
  if (!URL.canParse(flipped)) return undefined;
  const url = new URL(flipped);
  return url.href === delivery.url.href ? undefined : { ...delivery, url };
}

function flipBit(bytes: Uint8Array, below: Below): Buffer {
  const flipped = Buffer.from(bytes);
  const at = below(flipped.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << below(8));
  return flipped;
}

function headerOf(delivery: Delivery, name: string): string {
  const value = delivery.headers.get(name)?.[0];
  if (value === undefined) throw new Error(`The sample has no ${name}.`);
  return value;
}

type Below = (limit: number) => number;

// mulberry32: the same numbers everywhere, and good enough to choose bits.
function randomBelow(seed: number): Below {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
