/** What the emitted schemes take and give, as far as it is used here: their own types belong to another program. */
export interface Delivery {
  readonly url: URL;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Uint8Array;
}

export interface Key {
  readonly id: string;
  readonly secret: { reveal(): string };
}

export interface Signed {
  readonly keyId: string;
  readonly id?: string;
  readonly at?: Date;
  readonly body: Uint8Array;
}

export interface Scheme {
  readonly name: string;
  verify(delivery: Delivery, keys: readonly Key[]): Signed | undefined;
}

export interface Sample {
  readonly scheme: Scheme;
  readonly keys: readonly [Key, Key];
  readonly signedBy: (key: Key) => Delivery;
  readonly headers: readonly string[];
  readonly signsUrl?: true;
}

export type Headers = Readonly<Record<string, string>>;

export interface Testing {
  webhookKey(id: string, secret: string): Key;
  testSecret(number: number): Buffer;
  deliveryOf(body: string | Uint8Array, headers: Headers, url?: string): Delivery;
  bitFlips(sample: Sample, count: number, seed: number): Iterable<Delivery>;
  tamperings(sample: Sample): Iterable<readonly [string, Delivery]>;
}

export interface Message {
  readonly id: string;
  readonly at: Date;
  readonly body: Uint8Array;
}

export interface Schemes extends Testing {
  standardWebhooks(options: { prefix: 'webhook' | 'svix' }): Scheme;
  sign(message: Message, keys: readonly Key[]): Record<string, string>;
  stripe(): Scheme;
  github(): Scheme;
  slack(): Scheme;
  square(): Scheme;
  adyen(): Scheme;
  shopify(): Scheme;
  twilio(options: { payload: 'form' | 'json' }): Scheme;
  custom(options: object): Scheme;
  httpSignature(options: { label: string; now: () => number }): Scheme;
  // Of the tests of http-signature.
  readonly CREATED: number;
  readonly shared: readonly [Key, Key];
  readonly kinds: Readonly<Record<string, () => Pair>>;
  byShared(key: Key): Signer;
  signed(key: Key, by: Signer): Delivery;
}

export type Signer = (base: Buffer) => Buffer;

export interface Pair {
  readonly pem: string;
  readonly signer: Signer;
}
