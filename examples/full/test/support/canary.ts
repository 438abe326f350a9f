import { randomBytes } from 'node:crypto';

// Shaped like nothing that a net would catch: what keeps it in is that nobody passes it on.
export function canary(): string {
  return `Cnry${randomBytes(10).toString('hex')}`;
}

// Every disguise in which it could still be read.
export function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    [...value].toReversed().join(''),
    bytes.toString('hex'),
    [...bytes].map((byte) => `%${byte.toString(16)}`).join(''),
    [...value].map((sign) => `\\u00${sign.charCodeAt(0).toString(16)}`).join(''),
  ].map((form) => form.toLowerCase());
}

// Base64 has three faces, by where in the text the value begins; the first and last sign depend on its neighbours.
export function base64FormsOf(value: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    return padded.toString('base64url').slice(offset + 1, -3);
  });
}

export function holds(sink: string, value: string): boolean {
  return finderIn(sink)(value);
}

// A sink is long and the values are many, so what does not depend on the value is done once.
function finderIn(sink: string): (value: string) => boolean {
  const lower = sink.toLowerCase();
  const urlSafe = sink.replaceAll('+', '-').replaceAll('/', '_');
  return (value) =>
    formsOf(value).some((form) => lower.includes(form)) ||
    base64FormsOf(value).some((form) => urlSafe.includes(form));
}

// Values by where they were planted, so that a leak names its source.
export class Canaries {
  readonly #planted = new Map<string, string>();

  plant(where: string, value: string = canary()): string {
    this.#planted.set(value, where);
    return value;
  }

  get size(): number {
    return this.#planted.size;
  }

  foundIn(sink: string): string[] {
    const found = finderIn(sink);
    return [...this.#planted].filter(([value]) => found(value)).map(([, where]) => where);
  }
}
