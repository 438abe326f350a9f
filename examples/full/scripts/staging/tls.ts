import { once } from 'node:events';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import tls from 'node:tls';
import type { Target } from './ask.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

const TIMEOUT_MS = 5_000;

// Long enough for whoever renews it to notice that nobody did.
const SHORTEST_REST_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

// What no client should be able to agree on. Tried one at a time, and hung up on once the server has answered.
const OLD_VERSIONS = { 'TLS 1.0': 'TLSv1', 'TLS 1.1': 'TLSv1.1' } as const;
const ANY_CIPHER = 'ALL:@SECLEVEL=0';
const WITHOUT_FORWARD_SECRECY = 'kRSA:@SECLEVEL=0';

export async function verifyTls(target: Target, now = Date.now()): Promise<Finding[]> {
  const findings = [await verifyCertificate(target, now)];
  for (const [name, only] of Object.entries(OLD_VERSIONS)) {
    const options = { minVersion: only, maxVersion: only, ciphers: ANY_CIPHER };
    findings.push(await refuses(target, `${name} is refused`, options));
  }
  const ciphers = { maxVersion: 'TLSv1.2', ciphers: WITHOUT_FORWARD_SECRECY } as const;
  findings.push(await refuses(target, 'every cipher has forward secrecy', ciphers));
  return findings;
}

async function refuses(target: Target, name: string, options: ConnectionOptions): Promise<Finding> {
  const { agreed } = await handshake(target, options);
  return finding('tls', name, agreed && 'the server agreed to it');
}

async function verifyCertificate(target: Target, now: number): Promise<Finding> {
  const { error, validTo } = await handshake(target, { minVersion: 'TLSv1.2' });
  const name = 'the certificate is valid for a while';
  if (error !== undefined) return finding('tls', name, error);
  const days = Math.floor((Date.parse(validTo ?? '') - now) / DAY_MS);
  return finding('tls', name, !(days > SHORTEST_REST_DAYS) && `it ends in ${days} days`);
}

interface Outcome {
  readonly agreed: boolean;
  readonly error?: string;
  readonly validTo?: string;
}

async function handshake({ origin, ca }: Target, options: ConnectionOptions): Promise<Outcome> {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const socket: TLSSocket = tls.connect({
    host,
    port: Number(origin.port || 443),
    ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...options,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { agreed: true, validTo: socket.getPeerCertificate().valid_to };
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    return { agreed: isAboutCertificate(code), error: code };
  } finally {
    socket.destroy();
  }
}

// The certificate is looked at once the handshake is done: by then the server has agreed to everything else.
function isAboutCertificate(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code) && !code.startsWith('ERR_SSL');
}
