import type { IncomingMessage, RequestOptions } from 'node:http';
import http from 'node:http';
import https from 'node:https';

export interface Finding {
  readonly check: string;
  readonly name: string;
  /** What is wrong. Absent if the check passed. */
  readonly problem?: string;
}

export function finding(check: string, name: string, problem: string | false | undefined): Finding {
  return problem ? { check, name, problem } : { check, name };
}

export interface Target {
  readonly origin: URL;
  /** The certificate of a private authority. Without it, the authorities of the system are trusted. */
  readonly ca?: string;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly cookies: readonly string[];
  readonly body: string;
}

// A slower or larger answer fails the check.
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 64 * 1024;

/** Sends one request, without a cookie or a credential, and follows no redirect. */
export function ask(
  { origin, ca, timeoutMs = TIMEOUT_MS }: Target,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options: RequestOptions & { ca?: string } = {
    host: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port,
    // Not through URL, which would normalise the paths that try to leave the root.
    path,
    method,
    headers: { ...headers, host: origin.host, connection: 'close' },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
    ...(ca !== undefined && { ca }),
  };
  const request = origin.protocol === 'https:' ? https.request(options) : http.request(options);
  request.on('error', reject);
  request.on('response', (response) => void readAnswer(response).then(resolve, reject));
  request.end();
  return promise;
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    body += String(chunk);
    if (body.length > MOST_BYTES) break;
  }
  const { statusCode: status = 0, headers } = response;
  return { status, headers, cookies: headers['set-cookie'] ?? [], body };
}

type Rule<Subject> = readonly [
  name: string,
  isHeld: (subject: Subject) => boolean,
  problem: string,
];

interface Cookie {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const SAME_SITE: Rule<Cookie>[1] = ({ attributes }) =>
  ['lax', 'strict'].includes(attributes.get('samesite') ?? '');

// For every cookie: session fixation starts with a weak one beside the session cookie. (CHECK-3)
const COOKIE_RULES: readonly Rule<Cookie>[] = [
  ['prefix', ({ name }) => name.startsWith('__Host-'), 'other hosts can set it: name it __Host-'],
  ['Secure', ({ attributes }) => attributes.has('secure'), 'it travels over plain http'],
  ['HttpOnly', ({ attributes }) => attributes.has('httponly'), 'a script can read it'],
  ['SameSite', SAME_SITE, 'other sites can send it: SameSite=Lax or Strict'],
  ['Path', ({ attributes }) => attributes.get('path') === '/', '__Host- needs Path=/'],
  ['Domain', ({ attributes }) => !attributes.has('domain'), 'every host of the domain receives it'],
];

/** One finding per flag, by the name of the cookie. Never shows its value. (CHECK-3) */
function verifyCookie(path: string, header: string): Finding[] {
  const cookie = parseCookie(header);
  return COOKIE_RULES.map(([flag, isHeld, problem]) =>
    finding('cookie', `${path} ${cookie.name} ${flag}`, !isHeld(cookie) && problem),
  );
}

// Of a repeated attribute the last one counts. https://www.rfc-editor.org/rfc/rfc6265#section-5.3
function parseCookie(header: string): Cookie {
  const [pair = '', ...attributes] = header.split(';');
  return {
    name: pair.slice(0, Math.max(0, pair.indexOf('='))).trim(),
    attributes: new Map(
      attributes.map((text) => {
        const [name = '', ...value] = text.toLowerCase().split('=');
        return [name.trim(), value.join('=').trim()];
      }),
    ),
  };
}

const HALF_A_YEAR_SECONDS = 15_768_000;

const REFERRERS = /^(?:no-referrer|same-origin|strict-origin(?:-when-cross-origin)?)$/;
const ONE_SITE = /^same-(?:origin|site)$/;
const ageOf = (value: string): number => Number(/\bmax-age="?(\d+)/.exec(value)?.[1] ?? 0);
const isStrict = (value: string): boolean =>
  /\bdefault-src\b/.test(value) && !/\bunsafe-|\*/.test(value);

const HEADER_RULES: readonly Rule<string>[] = [
  ['content-security-policy', isStrict, 'missing, without default-src, or unsafe-* or a wildcard'],
  ['x-content-type-options', (value) => value === 'nosniff', 'must be nosniff'],
  ['referrer-policy', (value) => REFERRERS.test(value), 'addresses reach other sites'],
  ['cross-origin-opener-policy', (value) => value === 'same-origin', 'must be same-origin'],
  ['cross-origin-resource-policy', (value) => ONE_SITE.test(value), 'other sites may load it'],
  ['cache-control', (value) => /\bno-store\b/.test(value), 'a shared cache may keep the answer'],
];

const HSTS: Rule<string> = [
  'strict-transport-security',
  (value) => ageOf(value) >= HALF_A_YEAR_SECONDS,
  'missing or shorter than half a year',
];

// These name the program and its version, and so its known vulnerabilities.
const VERSION_HEADER =
  /^(?:server|via|x-powered-by|x-aspnet(?:mvc)?-version|x-runtime|x-generator|x-debug.*|x-backend.*)$/;

function verifyHeaders(path: string, { headers }: Answer, isTls: boolean): Finding[] {
  const value = (name: string): string => String(headers[name] ?? '');
  const check = (name: string, problem: string | false): Finding =>
    finding('headers', `${path} ${name}`, problem);
  const telling = Object.keys(headers).filter((name) => VERSION_HEADER.test(name));
  const isFramed =
    !/\bframe-ancestors 'none'/.test(value('content-security-policy')) &&
    value('x-frame-options').toUpperCase() !== 'DENY';
  return [
    ...(isTls ? [...HEADER_RULES, HSTS] : HEADER_RULES).map(([name, isHeld, problem]) =>
      check(name, !isHeld(value(name)) && problem),
    ),
    check('frames', isFramed && 'another site can frame it'),
    check('says what runs here', telling.length > 0 && `remove ${telling.join(', ')}`),
  ];
}

// A page, an unknown path, a malformed one, a refusal, and the probes of a load balancer.
const UNKNOWN = '/verify-staging-nothing-here';
const PATHS = ['/', UNKNOWN, '/%', '/session', '/livez', '/readyz'];

// Stack traces, file paths, statements and product names help an attacker to plan the next step.
const INTERNAL = [
  /^\s+at .+:\d+:\d+\)?$/m,
  /\b(?:node_modules|\/home\/|\/usr\/|\/app\/|\/srv\/|[A-Z]:\\)/,
  /\b(?:ECONNREFUSED|ENOTFOUND|SQLSTATE|syntax error at or near|relation ".*" does not exist)/,
  /\b(?:nginx|Apache|Express|Fastify|Tomcat|IIS|Werkzeug)\b/,
  /\b(?:Traceback|Exception in thread|Whitelabel Error Page)/,
];

// Members of a readiness answer that say no more than its status does.
const PLAIN_MEMBER = /^(?:status|type|title|detail|code|requestId)$/;

export async function verifyAnswers(target: Target, more: readonly string[]): Promise<Finding[]> {
  const isTls = target.origin.protocol === 'https:';
  const findings: Finding[] = [];
  for (const path of [...PATHS, ...more]) {
    const answer = await ask(target, path);
    const isCached = answer.headers.age !== undefined;
    findings.push(
      ...verifyHeaders(path, answer, isTls),
      ...answer.cookies.flatMap((cookie) => verifyCookie(path, cookie)),
      finding('answers', `${path} says nothing internal`, internalProblem(answer)),
      finding('answers', `${path} is not cached`, isCached && 'it came from a cache'),
    );
  }
  // If every path answered 200, an exposed one could not be told apart.
  const { status } = await ask(target, UNKNOWN);
  const problem = ![401, 403, 404].includes(status) && `answers ${status}`;
  findings.push(finding('answers', 'an unknown path is not found', problem));
  return [...findings, await verifyReadiness(target)];
}

function internalProblem({ status, body }: Answer): string | false {
  if (status >= 500) return `answers ${status}`;
  const isTelling = status >= 400 && INTERNAL.some((pattern) => pattern.test(body));
  return isTelling && 'the error shows internals';
}

async function verifyReadiness(target: Target): Promise<Finding> {
  const { status, body } = await ask(target, '/readyz');
  const told = status === 404 ? [] : membersOf(body).filter((name) => !PLAIN_MEMBER.test(name));
  const problem = told.length > 0 && `it also tells ${told.join(', ')}`;
  return finding('answers', '/readyz tells ready or not', problem);
}

function membersOf(body: string): string[] {
  try {
    return Object.keys(JSON.parse(body) as object);
  } catch {
    return ['a text'];
  }
}

// What scanners request from every new host, by what the path would give away.
export const EXPOSED: Readonly<Record<string, readonly string[]>> = {
  'settings and secrets': ['/.env', '/.env.production', '/config.json', '/actuator/env'],
  'the repository': ['/.git/config', '/.git/HEAD'],
  'registry credentials': ['/.npmrc'],
  'cloud credentials': ['/.aws/credentials'],
  'versions of dependencies': ['/package.json', '/package-lock.json'],
  'the build and the deployment': ['/secure-app.json', '/Dockerfile', '/docker-compose.yml'],
  source: ['/server.ts', '/services/api/server.ts', '/index.js.map', '/assets/index.js.map'],
  'a file listing': ['/.DS_Store', '/.well-known/', '/node_modules/', '/static/', '/uploads/'],
  'a backup': ['/backup.zip', '/backup.sql', '/backup.tar.gz', '/dump.sql'],
  'a database': ['/.data/', '/database.sqlite'],
  'the requests of other clients': ['/server-status'],
  'process internals': ['/metrics', '/debug', '/debug/pprof/', '/json/list', '/phpinfo.php'],
  'an administration page': ['/actuator', '/admin', '/console'],
  'a schema without sign-in': ['/graphql'],
  'a sign-in for development': ['/development/sign-in'],
  'files of the machine': ['/..%2f..%2f..%2fetc%2fpasswd', '/%2e%2e/%2e%2e/etc/passwd'],
};

// Public on purpose: the API's description, and the contact for a vulnerability.
export const PUBLIC: Readonly<Record<string, RegExp>> = {
  '/openapi.json': /^application\/(?:openapi\+)?json/,
  '/.well-known/security.txt': /^text\/plain/,
};

// A refusal that does not say whether the path exists.
const CLOSED: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410]);

export async function verifyExposed(target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [what, paths] of Object.entries(EXPOSED)) {
    for (const path of paths) {
      const { status } = await ask(target, path);
      findings.push(finding('exposed', path, !CLOSED.has(status) && `answers ${status}: ${what}`));
    }
  }
  for (const [path, type] of Object.entries(PUBLIC)) {
    const { status, headers } = await ask(target, path);
    const isFine = CLOSED.has(status) || type.test(String(headers['content-type'] ?? ''));
    findings.push(finding('exposed', path, !isFine && 'public on purpose, but not of this type'));
  }
  return findings;
}
