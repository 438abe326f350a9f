import { once } from 'node:events';
import type { ConnectionOptions } from 'node:tls';
import tls from 'node:tls';
import { parseArgs } from 'node:util';
import type { Finding, Target } from './staging-checks.ts';
import { ask, finding, verifyAnswers, verifyExposed } from './staging-checks.ts';

const USAGE = `npm run verify:staging -- https://staging.example.com [--json] [--path /one/more]...

Sends requests as an unauthenticated client: no cookie, no credential, no redirect followed.
Exits with 0 if all checks passed, 1 if one failed, 2 for wrong usage.`;

export interface Staging extends Target {
  /** Further paths to check, such as one that sets a cookie. */
  readonly paths?: readonly string[];
  readonly httpPort?: number;
}

type Check = (staging: Staging) => Promise<readonly Finding[]>;

const TLS_CHECKS: Readonly<Record<string, Check>> = { tls: verifyTls, redirect: verifyRedirect };
const CHECKS: Readonly<Record<string, Check>> = {
  answers: (staging) => verifyAnswers(staging, staging.paths ?? []),
  exposed: verifyExposed,
  methods: async (staging) => [...(await verifyCors(staging)), await verifyTrace(staging)],
};

export async function verifyStaging(staging: Staging): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const checks = staging.origin.protocol === 'https:' ? { ...TLS_CHECKS, ...CHECKS } : CHECKS;
  for (const [name, check] of Object.entries(checks)) {
    try {
      findings.push(...(await check(staging)));
    } catch (error) {
      // A check without an answer has failed.
      const { code = 'no answer' } = error as NodeJS.ErrnoException;
      findings.push(finding(name, 'the server answers', String(code)));
    }
  }
  return findings;
}

// The certificate must last long enough for an operator to notice that its renewal failed.
const SHORTEST_REST_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

// What a server must not agree to. Each is tried in a handshake of its own.
const only = (version: 'TLSv1' | 'TLSv1.1'): ConnectionOptions => {
  return { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
};
const TO_REFUSE: Readonly<Record<string, ConnectionOptions>> = {
  'TLS 1.0 is refused': only('TLSv1'),
  'TLS 1.1 is refused': only('TLSv1.1'),
  'every cipher has forward secrecy': { maxVersion: 'TLSv1.2', ciphers: 'kRSA:@SECLEVEL=0' },
};

async function verifyTls(target: Target): Promise<Finding[]> {
  const findings = [await verifyCertificate(target)];
  for (const [name, options] of Object.entries(TO_REFUSE)) {
    const { agreed } = await handshake(target, options);
    findings.push(finding('tls', name, agreed && 'the server agreed to it'));
  }
  return findings;
}

async function verifyCertificate(target: Target): Promise<Finding> {
  const { error, validTo = '' } = await handshake(target, { minVersion: 'TLSv1.2' });
  const name = 'the certificate is valid for a while';
  if (error !== undefined) return finding('tls', name, error);
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  return finding('tls', name, !(days > SHORTEST_REST_DAYS) && `it ends in ${days} days`);
}

const HANDSHAKE_TIMEOUT_MS = 5_000;

async function handshake({ origin, ca }: Target, options: ConnectionOptions) {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const socket = tls.connect({
    host,
    port: Number(origin.port || 443),
    ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...options,
  });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS) });
    return { agreed: true, validTo: socket.getPeerCertificate().valid_to };
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    // The client checks the certificate after the server has agreed to the version and the cipher.
    const agreed = /CERT|SIGNATURE|ISSUER/.test(code) && !code.startsWith('ERR_SSL');
    return { agreed, error: code };
  } finally {
    socket.destroy();
  }
}

/** Plain http, if it answers at all, must redirect to https on the same host, permanently. */
async function verifyRedirect({ origin, httpPort = 80 }: Staging): Promise<Finding[]> {
  const plain = new URL(origin);
  plain.protocol = 'http:';
  plain.port = String(httpPort);
  const answer = await ask({ origin: plain }, '/').catch(() => undefined);
  if (!answer) return [];
  const location = String(answer.headers.location ?? '');
  const to = URL.canParse(location, plain.href) ? new URL(location, plain.href) : undefined;
  const isHttps = to?.protocol === 'https:' && to.hostname === origin.hostname;
  const isHeld = isHttps && [301, 308].includes(answer.status);
  const problem = !isHeld && `answers ${answer.status} ${location}`;
  return [
    finding('redirect', 'plain http leads to https', problem),
    finding('redirect', 'plain http sets no cookie', answer.cookies.length > 0 && 'it does'),
  ];
}

// Another website must not read the answers that a signed-in user's browser gets.
async function verifyCors(target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const origin of ['https://stranger.example', 'null']) {
    const headers = { 'access-control-request-method': 'DELETE', origin };
    const preflight = await ask(target, '/session', { method: 'OPTIONS', headers });
    const plain = await ask(target, '/session', { headers: { origin } });
    const allowed = [preflight, plain].map((one) => one.headers['access-control-allow-origin']);
    const isOpen = allowed.some((one) => one === '*' || one === origin);
    findings.push(finding('cors', `origin ${origin}`, isOpen && 'another site may read answers'));
  }
  return findings;
}

const ECHO = 'x-verify-staging';

// TRACE repeats the request, with an HttpOnly cookie or a header that a proxy added.
async function verifyTrace(target: Target): Promise<Finding> {
  const { status, body } = await ask(target, '/', { method: 'TRACE', headers: { [ECHO]: 'echo' } });
  const isOn = (status >= 200 && status < 300) || body.toLowerCase().includes(ECHO);
  return finding('methods', 'TRACE is off', isOn && `answers ${status}`);
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export function problemOfTarget(url: URL): string | undefined {
  if (url.username !== '' || url.password !== '')
    return 'Remove the credentials: the command never sends any.';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'Name the origin only.';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && LOOPBACK.has(url.hostname)) return undefined;
  return 'Only https can be verified; plain http only on this machine.';
}

async function main(argv: readonly string[]): Promise<number> {
  const asked = parse(argv);
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`);
    return 2;
  }
  const { origin, paths, json } = asked;
  const findings = await verifyStaging({ origin, paths });
  const failed = findings.filter(({ problem }) => problem !== undefined);
  if (json)
    process.stdout.write(`${JSON.stringify({ origin: origin.origin, findings }, null, 2)}\n`);
  else {
    for (const { check, name, problem } of findings) {
      const reason = problem === undefined ? '' : `: ${problem}`;
      process.stdout.write(`${problem ? 'FAIL' : 'ok  '} ${check.padEnd(9)} ${name}${reason}\n`);
    }
    const note = origin.protocol === 'http:' ? ' TLS was not checked: this is plain http.' : '';
    process.stdout.write(`${failed.length} of ${findings.length} failed.${note}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

function parse(argv: readonly string[]) {
  const options = {
    json: { type: 'boolean', default: false },
    path: { type: 'string', multiple: true },
  } as const;
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [url = '', ...rest] = positionals;
    const { path: paths = [], json } = values;
    if (rest.length > 0 || !URL.canParse(url)) return USAGE;
    if (paths.some((path) => !path.startsWith('/'))) return USAGE;
    const origin = new URL(url);
    return problemOfTarget(origin) ?? { origin, paths, json };
  } catch {
    return USAGE;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
