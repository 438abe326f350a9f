import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { ServerOptions } from 'node:https';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { after } from 'node:test';
import type { Finding } from '../../scripts/staging/finding.ts';
import type { Staging } from '../../scripts/staging/verify.ts';
import { verifyStaging } from '../../scripts/staging/verify.ts';
import { rateLimits } from '@app/platform/http/rate-limits';
import { securityHeaders } from '@app/platform/http/server';
import { openTestApp } from '../support/build-app.ts';
import type { Certificate } from '../../platform/test/support/certificate.ts';
import { certificateFor } from '../../platform/test/support/certificate.ts';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

export const own = certificateFor('localhost');
export const STRONG: ServerOptions = { minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' };

// Each test asks a hundred times, from one address.
const network = { ...rateLimits.network, points: 1_200_000 };
const service = await openTestApp({ limits: { ...rateLimits, network } });
after(() => service.close());

// The service itself, or with a header or an answer changed.
export const asItIs: Serve = (request, response) => void service.app.routing(request, response);

export function withHeader(name: string, value: string | undefined): Serve {
  return (request, response) => {
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((status: number, ...rest: unknown[]) => {
      const given = rest.find((one) => typeof one === 'object') as
        Record<string, string> | undefined;
      for (const [known, sent] of Object.entries(given ?? {})) response.setHeader(known, sent);
      if (value === undefined) response.removeHeader(name);
      else response.setHeader(name, value);
      return writeHead(status);
    }) as never;
    asItIs(request, response);
  };
}

export function answering(path: string, status: number, body = '', type = 'text/plain'): Serve {
  return (request, response) => {
    if (request.url !== path) return asItIs(request, response);
    return response.writeHead(status, { ...securityHeaders, 'content-type': type }).end(body);
  };
}

export async function staged(
  t: TestContext,
  serve: Serve = asItIs,
  options: ServerOptions = STRONG,
  { cert, key }: Certificate = own,
): Promise<Staging> {
  const server = https.createServer({ ...options, cert, key }, serve);
  server.on('tlsClientError', () => {});
  const port = await listening(t, server);
  return { origin: new URL(`https://localhost:${port}`), ca: cert, httpPort: port };
}

// Without TLS, for what has nothing to do with it.
export async function plain(t: TestContext, serve: Serve): Promise<Staging> {
  const port = await listening(t, http.createServer(serve));
  return { origin: new URL(`http://localhost:${port}`) };
}

export async function listening(t: TestContext, server: http.Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

export function failed(findings: readonly Finding[]): string[] {
  return findings.filter(({ problem }) => problem).map(({ check, name }) => `${check} ${name}`);
}

export async function failures(staging: Staging): Promise<string[]> {
  return failed(await verifyStaging(staging));
}
