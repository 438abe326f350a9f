import { once } from 'node:events';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { parseArgs } from 'node:util';
import { Client } from 'undici';
import { readJson } from './lockfile.ts';

const USAGE = `npm run verify:staging -- https://staging.example.com [--json] [--path /one/more]...
Sends requests as an unauthenticated client: no cookie, no credential, no redirect followed.
Exits with 0 if all checks passed, 1 if one failed, 2 for wrong usage.`;

export interface Staging {
  readonly origin: URL;
  /** Further paths to check, such as one that sets a cookie. */
  readonly paths?: readonly string[];
  /** The certificate of a private authority. Without it, the authorities of the system are trusted. */
  readonly ca?: string;
  readonly httpPort?: number;
  readonly timeoutMs?: number;
}

export interface Finding {
  readonly check: string;
  readonly name: string;
  readonly problem?: string;
}

type Findings = AsyncGenerator<Finding>;

function finding(check: string, name: string, problem: string | false | undefined): Finding {
  return problem ? { check, name, problem } : { check, name };
}

export async function verifyStaging(staging: Staging): Promise<readonly Finding[]> {
  const checks: Readonly<Record<string, (staging: Staging) => Findings>> = {
    ...(staging.origin.protocol === 'https:' && { tls: verifyTls, redirect: verifyRedirect }),
    answers: verifyAnswers,
    exposed: verifyExposed,
    methods: verifyMethods,
  };
  const findings: Finding[] = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      for await (const found of check(staging)) findings.push(found);
    } catch (error) {
      // A check without an answer has failed.
      findings.push(finding(name, 'the server answers', codeOf(error)));
    }
  }
  return findings;
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code ?? 'no answer');

// A slower or larger answer fails the check.
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 64 * 1024;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Sends one request, without a cookie or a credential, and follows no redirect. Does not normalise the path. */
async function ask(
  { origin, ca, timeoutMs = TIMEOUT_MS }: Staging,
  path: string,
  { method = 'GET', ...headers }: Readonly<Record<string, string>> = {},
) {
  const connect = { timeout: timeoutMs, ...(ca && { ca }) };
  const client = new Client(origin, { connect, maxResponseSize: MOST_BYTES });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = { path, method: method as 'GET', headers, signal };
    const { statusCode: status, body, ...answer } = await client.request(sent);
    return { status, headers: answer.headers as Headers, body: await body.text() };
  } finally {
    await client.destroy();
  }
}

// The certificate must last long enough for an operator to notice that its renewal failed.
const SHORTEST_REST_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

// What a server must not agree to. Each is tried in a handshake of its own.
const TO_REFUSE: Readonly<Record<string, readonly [tls.SecureVersion, string]>> = {
  'TLS 1.0 is refused': ['TLSv1', 'ALL:@SECLEVEL=0'],
  'TLS 1.1 is refused': ['TLSv1.1', 'ALL:@SECLEVEL=0'],
  'every cipher has forward secrecy': ['TLSv1.2', 'kRSA:@SECLEVEL=0'],
};

async function* verifyTls(staging: Staging): Findings {
  const { error, validTo = '' } = await handshake(staging, { minVersion: 'TLSv1.2' });
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  const problem = error ?? (!(days > SHORTEST_REST_DAYS) && `it ends in ${days} days`);
  yield finding('tls', 'the certificate is valid for a while', problem);
  for (const [name, [version, ciphers]] of Object.entries(TO_REFUSE)) {
    const options = { minVersion: version, maxVersion: version, ciphers };
    const { agreed } = await handshake(staging, options);
    yield finding('tls', name, agreed && 'the server agreed to it');
  }
}

async function handshake({ origin, ca }: Staging, options: tls.ConnectionOptions) {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const servername = isIP(host) === 0 ? host : '';
  const port = Number(origin.port || 443);
  const socket = tls.connect({ host, port, servername, ...(ca && { ca }), ...options });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { agreed: true, validTo: socket.getPeerCertificate().valid_to };
  } catch (error) {
    const code = codeOf(error);
    // The client checks the certificate after the server has agreed to the version and the cipher.
    const agreed = /CERT|SIGNATURE|ISSUER/.test(code) && !code.startsWith('ERR_SSL');
    return { agreed, error: code };
  } finally {
    socket.destroy();
  }
}

/** Plain http, if it answers at all, must redirect to https on the same host, permanently. */
async function* verifyRedirect({ origin, httpPort = 80 }: Staging): Findings {
  const plain = new URL(`http://${origin.hostname}:${httpPort}`);
  const answer = await ask({ origin: plain }, '/').catch(() => undefined);
  if (!answer) return;
  const { status, headers } = answer;
  const location = String(headers['location'] ?? '');
  const to = URL.parse(location, plain.href);
  const isHttps = to?.protocol === 'https:' && to.hostname === origin.hostname;
  const problem = !(isHttps && [301, 308].includes(status)) && `answers ${status} ${location}`;
  yield finding('redirect', 'plain http leads to https', problem);
  yield finding('redirect', 'plain http sets no cookie', headers['set-cookie'] && 'it does');
}

async function* verifyMethods(staging: Staging): Findings {
  // Another website must not read the answers that a signed-in user's browser gets.
  for (const origin of ['https://stranger.example', 'null']) {
    const preflight = { method: 'OPTIONS', 'access-control-request-method': 'DELETE', origin };
    const allowed = [];
    for (const headers of [preflight, { origin }])
      allowed.push(
        (await ask(staging, '/session', headers)).headers['access-control-allow-origin'],
      );
    const isOpen = allowed.some((one) => one === '*' || one === origin);
    yield finding('cors', `origin ${origin}`, isOpen && 'another site may read answers');
  }
  // TRACE repeats the request, with an HttpOnly cookie or a header that a proxy added.
  const { status, body } = await ask(staging, '/', { method: 'TRACE', 'x-echo': 'verify-staging' });
  const isOn = (status >= 200 && status < 300) || body.toLowerCase().includes('verify-staging');
  yield finding('methods', 'TRACE is off', isOn && `answers ${status}`);
}

type Rule<Subject> = readonly [name: string, isHeld: (of: Subject) => boolean, problem: string];
type Cookie = ReadonlyMap<string, string>;
const isLaxOrStrict = (cookie: Cookie) => /^(?:lax|strict)$/.test(cookie.get('samesite') ?? '');

// For every cookie: session fixation starts with a weak one beside the session cookie. (CHECK-3)
const COOKIE_RULES: readonly Rule<Cookie>[] = [
  ['Secure', (cookie) => cookie.has('secure'), 'it travels over plain http'],
  ['HttpOnly', (cookie) => cookie.has('httponly'), 'a script can read it'],
  ['SameSite', isLaxOrStrict, 'other sites can send it: SameSite=Lax or Strict'],
  ['Path', (cookie) => cookie.get('path') === '/', '__Host- needs Path=/'],
  ['Domain', (cookie) => !cookie.has('domain'), 'every host of the domain receives it'],
];

/** One finding per flag, by the name of the cookie. Never shows its value. (CHECK-3) */
function* verifyCookie(path: string, header: string): Generator<Finding> {
  const [pair = '', ...attributes] = header.split(';').map((text) => text.trim());
  const [name = ''] = pair.split('=', 1);
  // Of a repeated attribute the last one counts. https://www.rfc-editor.org/rfc/rfc6265#section-5.3
  const pairs = attributes.map((text) => text.toLowerCase().split('=', 2) as [string, string]);
  const cookie = new Map(pairs);
  const isOpen = !name.startsWith('__Host-') && 'other hosts can set it: name it __Host-';
  yield finding('cookie', `${path} ${name} prefix`, isOpen);
  for (const [flag, isHeld, problem] of COOKIE_RULES)
    yield finding('cookie', `${path} ${name} ${flag}`, !isHeld(cookie) && problem);
}

const HALF_A_YEAR_S = 15_768_000;
const isLong = (value: string) => Number(/\bmax-age="?(\d+)/.exec(value)?.[1]) >= HALF_A_YEAR_S;
const isStrict = (policy: string) => /\bdefault-src\b/.test(policy) && !/\bunsafe-|\*/.test(policy);
const REFERRERS = /^(?:no-referrer|same-origin|strict-origin(?:-when-cross-origin)?)$/;

const HEADER_RULES: readonly Rule<string>[] = [
  ['content-security-policy', isStrict, 'missing, without default-src, or unsafe-* or a wildcard'],
  ['x-content-type-options', (value) => value === 'nosniff', 'must be nosniff'],
  ['referrer-policy', (value) => REFERRERS.test(value), 'addresses reach other sites'],
  ['cross-origin-opener-policy', (value) => value === 'same-origin', 'must be same-origin'],
  ['cross-origin-resource-policy', (value) => value.startsWith('same-'), 'other sites may load it'],
  ['strict-transport-security', isLong, 'missing or shorter than half a year'],
  ['cache-control', (value) => /\bno-store\b/.test(value), 'a shared cache may keep the answer'],
];
// These name the program and its version, and so its known vulnerabilities.
const VERSION_HEADER =
  /^(?:server|via|x-powered-by|x-aspnet(?:mvc)?-version|x-runtime|x-generator|x-debug.*|x-backend.*)$/;

function* verifyHeaders(path: string, headers: Headers, isTls: boolean) {
  const value = (name: string): string => String(headers[name] ?? '');
  for (const [name, isHeld, problem] of HEADER_RULES)
    if (isTls || !name.startsWith('strict-transport'))
      yield finding('headers', `${path} ${name}`, !isHeld(value(name)) && problem);
  const isAlone = /\bframe-ancestors 'none'/.test(value('content-security-policy'));
  const isFramed = !isAlone && value('x-frame-options').toUpperCase() !== 'DENY';
  yield finding('headers', `${path} frames`, isFramed && 'another site can frame it');
  const telling = Object.keys(headers).filter((name) => VERSION_HEADER.test(name));
  const problem = telling.length > 0 && `remove ${telling.join(', ')}`;
  yield finding('headers', `${path} says what runs here`, problem);
}

// A page, an unknown path, a malformed one, a refusal, and the probes of a load balancer.
const UNKNOWN = '/verify-staging-nothing-here';
const PATHS = ['/', UNKNOWN, '/%', '/session', '/livez', '/readyz'];

// Stack traces, file paths, statements and product names help an attacker to plan the next step.
const INTERNAL = [
  /^\s+at .+:\d+:\d+\)?$/m,
  /\b(?:node_modules|\/home\/|\/usr\/|\/app\/|\/srv\/|[A-Z]:\\)/,
  /\b(?:ECONNREFUSED|ENOTFOUND|SQLSTATE|syntax error at or near|relation ".*" does not exist)/,
  /\b(?:nginx|Apache|Express|Fastify|Tomcat|IIS|Werkzeug|Traceback|Whitelabel Error Page)\b/,
  /\bException in thread/,
];
// A readiness answer that says no more than its status does.
const PLAIN_MEMBERS = /^\{(?:"(?:status|type|title|detail|code|requestId)":(?:"[^"]*"|\d+),?)*\}$/;

async function* verifyAnswers(staging: Staging): Findings {
  const isTls = staging.origin.protocol === 'https:';
  for (const path of [...PATHS, ...(staging.paths ?? [])]) {
    const { status, headers, body } = await ask(staging, path);
    yield* verifyHeaders(path, headers, isTls);
    for (const cookie of [headers['set-cookie'] ?? []].flat()) yield* verifyCookie(path, cookie);
    const isTelling = status >= 400 && INTERNAL.some((pattern) => pattern.test(body));
    const problem = status >= 500 ? `answers ${status}` : isTelling && 'the error shows internals';
    yield finding('answers', `${path} says nothing internal`, problem);
    yield finding('answers', `${path} is not cached`, headers['age'] && 'it came from a cache');
  }
  // If every path answered 200, an exposed one could not be told apart.
  const { status } = await ask(staging, UNKNOWN);
  const isKnown = ![401, 403, 404].includes(status);
  yield finding('answers', 'an unknown path is not found', isKnown && `answers ${status}`);
  const ready = await ask(staging, '/readyz');
  const tellsMore = ready.status !== 404 && !PLAIN_MEMBERS.test(ready.body.replaceAll(/\s/g, ''));
  yield finding('answers', '/readyz tells ready or not', tellsMore && 'it tells more');
}

// What scanners request from every new host, and what is public on purpose, with its types.
const LIST = new URL('../security/staging.json', import.meta.url);
type Scanned = Record<'exposed', Record<string, string>> &
  Record<'public', Record<string, string[]>>;
export const SCANNED = readJson<Scanned>(LIST);

// A refusal that does not say whether the path exists.
const CLOSED: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410]);

async function* verifyExposed(staging: Staging): Findings {
  for (const [path, what] of Object.entries(SCANNED.exposed)) {
    const { status } = await ask(staging, path);
    yield finding('exposed', path, !CLOSED.has(status) && `answers ${status}: ${what}`);
  }
  for (const [path, types] of Object.entries(SCANNED.public)) {
    const { status, headers } = await ask(staging, path);
    const type = String(headers['content-type']).split(';', 1)[0] ?? '';
    const isFine = CLOSED.has(status) || types.includes(type);
    yield finding('exposed', path, !isFine && `public on purpose, but as ${type}`);
  }
}

/** Throws a sentence for what must not be asked. */
export function targetOf(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new Error(USAGE);
  if (url.username !== '' || url.password !== '')
    throw new Error('Remove the credentials: the command never sends any.');
  if (url.href !== `${url.origin}/`) throw new Error('Name the origin only.');
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isHere)) return url;
  throw new Error('Only https can be verified; plain http only on this machine.');
}

async function main(args: string[]): Promise<number> {
  const options = { json: { type: 'boolean' }, path: { type: 'string', multiple: true } } as const;
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
  const { path: paths = [], json } = values;
  const isWrong = positionals.length !== 1 || paths.some((path) => !path.startsWith('/'));
  const origin = targetOf(isWrong ? '' : (positionals[0] ?? ''));
  const findings = await verifyStaging({ origin, paths });
  const lines = findings.map(({ check, name, problem }) => {
    const subject = `${check.padEnd(9)} ${name}`;
    return problem ? `FAIL ${subject}: ${problem}` : `ok   ${subject}`;
  });
  const failed = findings.filter(({ problem }) => problem).length;
  const note = origin.protocol === 'http:' ? ' TLS was not checked: this is plain http.' : '';
  const report = [...lines, `${failed} of ${findings.length} failed.${note}`].join('\n');
  const object = { origin: origin.origin, findings };
  process.stdout.write(`${json ? JSON.stringify(object, null, 2) : report}\n`);
  return failed === 0 ? 0 : 1;
}

if (import.meta.main)
  process.exitCode = await main(process.argv.slice(2)).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    return 2;
  });
