import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer as createRawServer } from 'node:net';
import type { TestContext } from 'node:test';
import type { Duplex } from 'node:stream';

export interface TestProxy {
  readonly address: string;
  readonly port: number;
  // The place of each CONNECT, or the method of what is none.
  readonly asked: string[];
  readonly heads: IncomingMessage['headers'][];
}

type Answer = (place: string, socket: Duplex) => void;

export const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** A CONNECT proxy on this machine. */
export async function openProxy(t: TestContext, answer: Answer = passOn): Promise<TestProxy> {
  const asked: string[] = [];
  const heads: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.method));
    response.writeHead(405).end();
  });
  server.on('connect', ({ url, headers }, socket) => {
    asked.push(String(url));
    heads.push(headers);
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    answer(String(url), socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, port, asked, heads };
}

/** Every name is on this machine: what a place says it is, its certificate has to show. */
export function passOn(place: string, socket: Duplex): void {
  passTo(Number(place.split(':').at(-1)))(place, socket);
}

export function passTo(port: number): Answer {
  return (_place, socket) => {
    const far = connect(port, '127.0.0.1', () => {
      socket.write(ESTABLISHED);
      far.pipe(socket).pipe(far);
    });
    far.on('error', () => socket.destroy());
    socket.on('close', () => far.destroy());
  };
}

export function saying(text: string): Answer {
  return (_place, socket) => void socket.write(text);
}

// An end for a test that fails: whoever waited for this long is let through.
const LATE_MS = 2_000;

export function passLate(place: string, socket: Duplex): void {
  const late = setTimeout(() => passOn(place, socket), LATE_MS);
  socket.on('close', () => clearTimeout(late));
}

/** What listens there and is no proxy. */
export async function openRaw(t: TestContext, greet: (socket: Socket) => void): Promise<string> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    greet(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
