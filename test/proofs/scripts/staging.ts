import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import http from 'node:http';
import type { ServerOptions } from 'node:https';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { after } from 'node:test';
import type { Finding, Staging } from '../../scripts/verify-staging.ts';
import { verifyStaging } from '../../scripts/verify-staging.ts';
import { rateLimits } from '@app/platform/http/rate-limits';
import { securityHeaders } from '@app/platform/http/server';
import { openTestApp } from '../../test/support/build-app.ts';
import type { Certificate } from '../../platform/test/support/certificate.ts';
import { certificateFor } from '../../platform/test/support/certificate.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export const certificate = certificateFor('localhost');
export const STRONG: ServerOptions = { minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' };

// Each test sends a hundred requests from one address.
const network = { ...rateLimits.network, points: 1_200_000 };
const service = await openTestApp({ limits: { ...rateLimits, network } });
after(() => service.close());

export const unchanged: Handler = (request, response) =>
  void service.app.routing(request, response);

/** The service with one header of every answer replaced or removed. */
export function withHeader(name: string, value: string | undefined): Handler {
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
    unchanged(request, response);
  };
}

/** The service with the answer of one path replaced. */
export function answering(path: string, status: number, body = '', type = 'text/plain'): Handler {
  return (request, response) => {
    if (request.url !== path) return unchanged(request, response);
    return response.writeHead(status, { ...securityHeaders, 'content-type': type }).end(body);
  };
}

/** A staging environment behind TLS. */
export async function serveTls(
  t: TestContext,
  handler: Handler = unchanged,
  options: ServerOptions = STRONG,
  { cert, key }: Certificate = certificate,
): Promise<Staging> {
  const server = https.createServer({ ...options, cert, key }, handler);
  server.on('tlsClientError', () => {});
  const port = await listenOn(t, server);
  return { origin: new URL(`https://localhost:${port}`), ca: cert, httpPort: port };
}

/** A staging environment without TLS, which is faster. */
export async function servePlain(t: TestContext, handler: Handler): Promise<Staging> {
  const port = await listenOn(t, http.createServer(handler));
  return { origin: new URL(`http://localhost:${port}`) };
}

export async function listenOn(t: TestContext, server: http.Server): Promise<number> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

export function failedIn(findings: readonly Finding[]): string[] {
  return findings.filter(({ problem }) => problem).map(({ check, name }) => `${check} ${name}`);
}

export async function failures(staging: Staging): Promise<string[]> {
  return failedIn(await verifyStaging(staging));
}
