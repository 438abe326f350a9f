import type { Answer, Target } from './ask.ts';
import { ask } from './ask.ts';
import { verifyCookie } from './cookies.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';
import { verifyHeaders } from './headers.ts';

// A page, nothing, a mistake of the client's, a refusal, and what the load balancer asks.
const ASKED = ['/', '/verify-staging-nothing-here', '/%', '/session', '/livez', '/readyz'];

// Traces, paths, statements and product names: each tells an attacker where to go on.
const INTERNAL = [
  /^\s+at .+:\d+:\d+\)?$/m,
  /\b(?:node_modules|\/home\/|\/usr\/|\/app\/|\/srv\/|[A-Z]:\\)/,
  /\b(?:ECONNREFUSED|ENOTFOUND|SQLSTATE|syntax error at or near|relation ".*" does not exist)/,
  /\b(?:nginx|Apache|Express|Fastify|Tomcat|IIS|Werkzeug)\b/,
  /\b(?:Traceback|Exception in thread|Whitelabel Error Page)/,
];

// Names of a readiness answer that say no more than its status does.
const PLAIN_MEMBERS: ReadonlySet<string> = new Set([
  'status',
  'type',
  'title',
  'detail',
  'code',
  'requestId',
]);

export async function verifyAnswers(target: Target, more: readonly string[]): Promise<Finding[]> {
  const isTls = target.origin.protocol === 'https:';
  const findings: Finding[] = [];
  for (const path of [...ASKED, ...more]) {
    const answer = await ask(target, path);
    findings.push(...verifyHeaders(path, answer, isTls));
    findings.push(...answer.cookies.flatMap((cookie) => verifyCookie(path, cookie)));
    findings.push(finding('answers', `${path} says nothing internal`, internalProblem(answer)));
    findings.push(
      finding(
        'answers',
        `${path} is not cached`,
        answer.headers.age !== undefined && 'it came from a cache',
      ),
    );
  }
  findings.push(await unknownIsNotFound(target), await readinessIsPlain(target));
  return findings;
}

function internalProblem({ status, body }: Answer): string | false {
  if (status >= 500) return `answers ${status}`;
  return (
    status >= 400 &&
    INTERNAL.some((pattern) => pattern.test(body)) &&
    'the error tells about the inside'
  );
}

// Where everything answers 200, nothing that is exposed can be told from what is not.
async function unknownIsNotFound(target: Target): Promise<Finding> {
  const { status } = await ask(target, '/verify-staging-nothing-here');
  const isRefused = status === 401 || status === 403 || status === 404;
  return finding('answers', 'an unknown path is not found', !isRefused && `answers ${status}`);
}

async function readinessIsPlain(target: Target): Promise<Finding> {
  const { status, body } = await ask(target, '/readyz');
  const told = status === 404 ? [] : membersOf(body).filter((name) => !PLAIN_MEMBERS.has(name));
  return finding(
    'answers',
    '/readyz tells ready or not',
    told.length > 0 && `it also tells ${told.join(', ')}`,
  );
}

function membersOf(body: string): string[] {
  try {
    return Object.keys(JSON.parse(body) as object);
  } catch {
    return ['a text'];
  }
}
