import type { Raw } from './endpoint.ts';
import type { Delivery, Scheme, Signed } from './scheme.ts';
import { sameBytes } from './scheme.ts';

/** What is kept of a delivery: how it was sent, and what of it the signature covers. */
export interface Content {
  readonly raw: Raw;
  readonly id: string | undefined;
  /** What the handler gets. */
  readonly body: Buffer;
}

interface Head extends Omit<Raw, 'body'> {
  readonly id?: string;
  // Of what was signed, where that is not the body as it was sent.
  readonly signedBytes?: number;
}

const LENGTH_BYTES = 4;

/** The length of the head, the head, what was signed if it is something else, and the exact bytes. (HOOK-5) */
export function contentOf({ headers }: Scheme, delivery: Delivery, signed: Signed): Buffer {
  const isOther = !sameBytes(signed.body, delivery.body);
  const kept = headers.flatMap((name) => {
    const values = delivery.headers.get(name);
    return values ? [[name, values] as const] : [];
  });
  const head: Head = {
    method: delivery.method,
    url: delivery.url.href,
    headers: Object.fromEntries(kept),
    ...(signed.id !== undefined && { id: signed.id }),
    ...(isOther && { signedBytes: signed.body.byteLength }),
  };
  const text = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.byteLength);
  return Buffer.concat([length, text, ...(isOther ? [signed.body] : []), delivery.body]);
}

export function readContent(bytes: Buffer): Content {
  const end = LENGTH_BYTES + bytes.readUInt32BE();
  const { id, signedBytes, ...head } = JSON.parse(
    bytes.toString('utf8', LENGTH_BYTES, end),
  ) as Head;
  const body = bytes.subarray(end + (signedBytes ?? 0));
  const signed = signedBytes === undefined ? body : bytes.subarray(end, end + signedBytes);
  return { raw: { ...head, body }, id, body: signed };
}
