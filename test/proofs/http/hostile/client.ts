import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { GOOD } from '../../../platform/test/support/hostile-requests.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Exchange {
  readonly answers: readonly Answer[];
  // What came for a good request on the same connection. None where the service had said that it closes.
  readonly next: readonly Answer[];
  readonly closed: boolean;
}

// Longer than any answer takes, shorter than anybody waits for a test.
const DEADLINE_MS = 5_000;

/** Bytes as they are, over a connection of their own: what a client library would never send. */
export async function exchange(port: number, row: Row): Promise<Exchange> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  // Also after a deadline: a connection that stays open would keep the service from closing.
  return converse(socket, row).finally(() => socket.destroy());
}

async function converse(socket: Socket, { send, answers, halfClose }: Row) {
  const received = receive(socket);
  await once(socket, 'connect');
  for (const piece of send) {
    if (socket.writable) socket.write(piece);
    if (send.length > 1) await new Promise(setImmediate);
  }
  if (halfClose) socket.end();
  await received.until((all) => all.length >= answers.length);
  const before = received.answers.length;
  const closes = halfClose === true || received.answers.at(-1)?.headers['connection'] === 'close';
  if (!closes) socket.write(GOOD);
  await received.until((all) => !closes && all.length > before);
  const all = [...received.answers];
  return { answers: all.slice(0, before), next: all.slice(before), closed: socket.closed };
}

interface Received {
  readonly answers: readonly Answer[];
  until(enough: (answers: readonly Answer[]) => boolean): Promise<void>;
}

function receive(socket: Socket): Received {
  const answers: Answer[] = [];
  let rest = '';
  // One byte a character, so that lengths are lengths.
  socket.setEncoding('latin1').on('data', (text) => {
    rest = read(rest + String(text), answers);
  });
  // A refused sender may find the connection reset: what came before it is what counts.
  socket.on('error', () => {});
  return { answers, until };

  async function until(enough: (all: readonly Answer[]) => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    while (!socket.closed && !enough(answers)) {
      const either = new AbortController();
      const signal = AbortSignal.any([deadline, either.signal]);
      await Promise.race([once(socket, 'data', { signal }), once(socket, 'close', { signal })])
        .finally(() => either.abort())
        .catch(() => {
          if (deadline.aborted) throw new Error(`No answer in time, after ${rest.slice(0, 200)}`);
        });
    }
  }
}

function read(text: string, answers: Answer[]): string {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map(headerOf));
  const bodyAt = end + 4;
  const after = bodyAt + Number(headers['content-length'] ?? 0);
  if (text.length < after) return text;
  const status = Number(first.split(' ')[1]);
  answers.push({ status, headers, body: text.slice(bodyAt, after) });
  return read(text.slice(after), answers);
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
}
