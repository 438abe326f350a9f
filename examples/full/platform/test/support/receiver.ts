import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface Exported {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: Record<string, never>;
}

// What telemetry is sent to, as a collector beside the service would be.
export async function openReceiver(answer?: RequestListener) {
  const exports: Exported[] = [];
  const keep: RequestListener = async (request, response) => {
    const body = (await json(request)) as Exported['body'];
    exports.push({ url: request.url, type: request.headers['content-type'], body });
    response.end('{}');
  };
  const server = createServer(answer ?? keep);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { exports, endpoint: `http://127.0.0.1:${port}`, close };
}
