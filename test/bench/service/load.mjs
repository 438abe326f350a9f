import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

export const CONNECTIONS = 16;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Stands in a request for a key that is another one each time it is sent. */
export const NEW_KEY = '{new key}';

/** @typedef {{ requests: number, seconds: number, p50: number, p99: number }} Load */

/**
 * What is sent: the same bytes each time, but for a key that is new.
 *
 * @param {string} request the bytes on the wire
 * @returns {() => Buffer | string}
 */
export function repeated(request) {
  const [before = '', after] = request.split(NEW_KEY);
  const same = Buffer.from(request);
  return () => (after === undefined ? same : `${before}${randomUUID()}${after}`);
}

/**
 * Sends requests one after the other over connections that stay open, and requires the same status of each answer. Sockets
 * and nothing above them: a client that costs more than the server would be measured in its place.
 *
 * @param {number} port
 * @param {() => Buffer | string} bytes of the next request
 * @param {number} status
 * @param {number} seconds
 * @param {number} [connections]
 * @returns {Promise<Load>}
 */
export async function load(port, bytes, status, seconds, connections = CONNECTIONS) {
  const expected = Buffer.from(`HTTP/1.1 ${status} `);
  /** @type {number[]} */
  const latencies = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      // The service ends a connection after a thousand requests, so each may take several.
      while (performance.now() < end) await converse(port, bytes, expected, end, latencies);
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => latencies[Math.floor(latencies.length * part)] ?? 0;
  return {
    requests: latencies.length,
    seconds: (performance.now() - started) / 1000,
    p50: at(0.5),
    p99: at(0.99),
  };
}

/**
 * @param {number} port
 * @param {() => Buffer | string} request
 * @param {Buffer} expected
 * @param {number} end
 * @param {number[]} latencies
 * @returns {Promise<void>}
 */
function converse(port, request, expected, end, latencies) {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let rest = Buffer.alloc(0);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    const send = () => {
      sent = performance.now();
      socket.write(request());
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const answer = whole(rest);
      if (!answer) return;
      if (!rest.subarray(0, expected.length).equals(expected)) {
        socket.destroy(new Error(`Answered with ${rest.subarray(0, 600).toString()}`));
        return;
      }
      rest = Buffer.alloc(0);
      latencies.push(performance.now() - sent);
      if (answer.last || performance.now() >= end) socket.end();
      else send();
    });
  });
}

/** @param {Buffer} bytes */
function whole(bytes) {
  const head = bytes.indexOf(END_OF_HEAD);
  if (head === -1) return undefined;
  const text = bytes.latin1Slice(0, head);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  if (bytes.length < head + END_OF_HEAD.length + length) return undefined;
  return { last: /\r\nconnection: close/i.test(text) };
}
