import { Refusal } from '@app/platform/http/problems';
import { limits } from '@app/platform/http/limits';
import type { Api } from '@app/platform/service/module';
import { networkOf } from '@app/platform/http/origins';

// Up to there any route takes a body of anybody.
const SMALL_BYTES = limits.bodyBytes;

// What senders of larger ones may have on the way at once, all of them and one network.
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 16 * 1024 * 1024;

// All endpoints of a process share its memory.
let held = 0;
const heldFor = new Map<string, number>();

/**
 * A body is held until it is proven, and a stranger sends its last byte late: what large ones may take
 * is reserved by what they say of their length, before any of it is read. Small ones never wait for
 * large ones, and who is refused for that tries again. (HOOK-1)
 */
export function boundLargeBodies(scope: Api): void {
  scope.addHook('preParsing', async (request, reply) => {
    const { 'content-length': length } = request.headers;
    const bytes = length === undefined ? limits.deliveryBytes : Number(length);
    // What is over the limit is refused unread.
    if (bytes <= SMALL_BYTES || bytes > limits.deliveryBytes || isEmpty(request.headers)) return;
    const network = networkOf(request.ip);
    const ofOne = heldFor.get(network) ?? 0;
    if (held + bytes > MOST_BYTES || ofOne + bytes > MOST_BYTES_OF_ONE)
      throw new Refusal('not-ready', 'Too much of what nobody has proven is under way.');
    hold(network, bytes);
    reply.raw.once('close', () => hold(network, -bytes));
  });
}

// Neither a length nor pieces: there is none.
function isEmpty(headers: Readonly<Record<string, unknown>>): boolean {
  return (headers['content-length'] ?? headers['transfer-encoding']) === undefined;
}

function hold(network: string, bytes: number): void {
  held += bytes;
  const ofOne = (heldFor.get(network) ?? 0) + bytes;
  if (ofOne === 0) heldFor.delete(network);
  else heldFor.set(network, ofOne);
}
