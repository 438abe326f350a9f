import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Sink } from '../../../../test/support/installed.ts';
import { ENDPOINT } from '../../../src/telemetry/module.ts';

export interface Export {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** What a collector beside the service receives. */
export async function openReceiver(answer?: RequestListener) {
  const exports: Export[] = [];
  const keep: RequestListener = async (request, response) => {
    const body = await text(request);
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

/** The canary run searches what arrives here. */
export async function openSink(): Promise<Sink> {
  const { exports, endpoint, close } = await openReceiver();
  return {
    sender: 'telemetry',
    variables: { [ENDPOINT]: endpoint },
    received: () => exports.map(({ body }) => body).join('\n'),
    hasRequests: /"GET \/leaky\/throws\/:value"/,
    close,
  };
}
