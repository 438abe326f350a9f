import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Received {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: Record<string, never>;
}

/** A server on this machine that a service reports to, and what it received. */
export async function openReceiver(answer?: RequestListener) {
  const exports: Received[] = [];
  const keep: RequestListener = async (request, response) => {
    const body = (await json(request)) as Received['body'];
    exports.push({ url: request.url, type: request.headers['content-type'], body });
    response.end('{}');
  };
  const server = http.createServer(answer ?? keep);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { exports, endpoint: `http://127.0.0.1:${port}`, close };
}
