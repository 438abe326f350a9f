import { Refusal } from '../http/problems.ts';
import { limits } from '../http/limits.ts';
import type { Api } from '../service/module.ts';
import { networkOf } from '../http/origins.ts';

// Any route takes a body of this size from any client.
const SMALL_BYTES = limits.bodyBytes;

// Larger bodies under way at once: of all senders together, and of one network.
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_BYTES_OF_ONE = 16 * 1024 * 1024;

// All endpoints of a process share its memory.
let held = 0;
const heldFor = new Map<string, number>();

/**
 * Reserves memory for a large body by its declared length, before any of it is read. An unauthenticated client could
 * hold memory by sending the last byte late. Small bodies never wait for large ones. (HOOK-1)
 */
export function boundLargeBodies(scope: Api): void {
  scope.addHook('preParsing', async (request, reply) => {
    const { 'content-length': length } = request.headers;
    const bytes = length === undefined ? limits.deliveryBytes : Number(length);
    // A body over the limit is refused unread elsewhere.
    if (bytes <= SMALL_BYTES || bytes > limits.deliveryBytes || isEmpty(request.headers)) return;
    const network = networkOf(request.ip);
    const ofOne = heldFor.get(network) ?? 0;
    if (held + bytes > MOST_BYTES || ofOne + bytes > MOST_BYTES_OF_ONE)
      throw new Refusal('not-ready', 'Too much of what nobody has proven is under way.');
    hold(network, bytes);
    reply.raw.once('close', () => hold(network, -bytes));
  });
}

// Without a length and without chunks there is no body.
function isEmpty(headers: Readonly<Record<string, unknown>>): boolean {
  return (headers['content-length'] ?? headers['transfer-encoding']) === undefined;
}

function hold(network: string, bytes: number): void {
  held += bytes;
  const ofOne = (heldFor.get(network) ?? 0) + bytes;
  if (ofOne === 0) heldFor.delete(network);
  else heldFor.set(network, ofOne);
}
