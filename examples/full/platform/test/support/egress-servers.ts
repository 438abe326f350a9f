import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { EgressEntry } from '../../src/egress/hosts.ts';
import type { EgressOptions } from '../../src/egress/guard.ts';
import { openEgress } from '../../src/egress/guard.ts';
import type { Denial, DenialTold } from '../../src/egress/denied.ts';
import { EgressDenied, told } from '../../src/egress/denied.ts';
import type { Resolve } from '../../src/egress/connect.ts';
import { defaultLimits } from '../../src/egress/connect.ts';
import type { Certificate } from './certificate.ts';
import { certificateFor } from './certificate.ts';

export const NAME = 'api.psp.test';

// Making a key takes longer than using it.
export const ours = certificateFor(NAME);
export const theirs = certificateFor(NAME);

export interface Place {
  readonly port: number;
  // Its own authority, since it is self-signed.
  readonly cert: string;
  readonly requests: string[];
}

/** A server of that name on this machine. */
export async function openPlace(
  t: TestContext,
  { key, cert }: Certificate = ours,
  answer: RequestListener = (_request, response) => void response.end('ok'),
): Promise<Place> {
  const requests: string[] = [];
  const server = https.createServer({ key, cert }, (request, response) => {
    requests.push(`${request.method} ${request.headers.host} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, cert, requests };
}

/** An entry for a place on this machine, whose certificate is trusted. */
export function entryFor(place: Place, more: Partial<EgressEntry> = {}): EgressEntry {
  const base = { host: NAME, ports: [place.port], reason: 'a test', ca: place.cert };
  return { ...base, class: 'vpc', loopback: true, ...more };
}

/** The same as production would have it: the name may lead to public addresses only. */
export function publicEntryFor({ port, cert }: Place): EgressEntry {
  return { host: NAME, ports: [port], reason: 'a test', ca: cert, class: 'public' };
}

function pinOf({ cert }: Certificate): string {
  const key = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

const BACKUP_PIN = `sha256/${'A'.repeat(43)}=`;

export function pinsOf(certificate: Certificate, reportOnly = false) {
  return { spki: [BACKUP_PIN, pinOf(certificate)], expires: '2099-12-31', reportOnly };
}

export function openWayOut(t: TestContext, entries: readonly EgressEntry[], more?: EgressOptions) {
  const egress = openEgress(entries, { resolve: to('127.0.0.1'), ...more });
  t.after(() => egress.close());
  const denials: DenialTold[] = [];
  const listen = (denial: unknown): void => void denials.push(denial as DenialTold);
  told.subscribe(listen);
  t.after(() => told.unsubscribe(listen));
  return { ...egress, denials };
}

/** A DNS that answers with all of these. */
export function to(...addresses: readonly string[]): Resolve {
  const answer = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, _options, callback) => callback(null, answer);
}

/** Limits for a test that waits for one of them. */
export function within(short: Partial<typeof defaultLimits> | Record<string, number>) {
  return { limits: { ...defaultLimits, ...short } };
}

export async function assertDenied(call: Promise<unknown>, reason: Denial): Promise<void> {
  const error = await call.then(
    () => undefined,
    (denial: unknown) => denial,
  );
  assert.ok(error instanceof EgressDenied, `${reason}: ${String(error)}`);
  assert.equal(error.reason, reason);
}
