import type { Answer, Target } from './ask.ts';
import { ask } from './ask.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

// What scanners ask every new host for, and what it would give away.
export const EXPOSED: Readonly<Record<string, string>> = {
  '/.env': 'settings and secrets',
  '/.env.production': 'settings and secrets',
  '/.git/config': 'the repository',
  '/.git/HEAD': 'the repository',
  '/.npmrc': 'registry credentials',
  '/.aws/credentials': 'cloud credentials',
  '/.DS_Store': 'names of files',
  '/.well-known/': 'a listing of files',
  '/.data/': 'the database',
  '/package.json': 'versions of dependencies',
  '/package-lock.json': 'versions of dependencies',
  '/secure-app.json': 'how it was made',
  '/Dockerfile': 'how it is built',
  '/docker-compose.yml': 'how it is deployed',
  '/server.ts': 'source',
  '/services/api/server.ts': 'source',
  '/index.js.map': 'source',
  '/assets/index.js.map': 'source',
  '/node_modules/': 'a listing of files',
  '/static/': 'a listing of files',
  '/uploads/': 'a listing of files',
  '/backup.zip': 'a backup',
  '/backup.sql': 'a backup',
  '/backup.tar.gz': 'a backup',
  '/dump.sql': 'a backup',
  '/database.sqlite': 'a database',
  '/config.json': 'settings',
  '/server-status': 'the requests of others',
  '/metrics': 'internal figures',
  '/debug': 'internals of the process',
  '/debug/pprof/': 'internals of the process',
  '/json/list': 'a debugger',
  '/actuator': 'management endpoints',
  '/actuator/env': 'settings and secrets',
  '/phpinfo.php': 'settings of the server',
  '/graphql': 'a schema that answers anybody',
  '/admin': 'an administration page',
  '/console': 'an administration page',
  '/development/sign-in': 'a sign-in that belongs to a developer’s machine',
  '/..%2f..%2f..%2fetc%2fpasswd': 'files of the machine',
  '/%2e%2e/%2e%2e/etc/passwd': 'files of the machine',
};

// Public by decision: a description of the API, and whom to tell about a hole in it.
export const PUBLIC: Readonly<Record<string, RegExp>> = {
  '/openapi.json': /^application\/(?:openapi\+)?json/,
  '/.well-known/security.txt': /^text\/plain/,
};

// Answers that say "not for you" without saying whether there is anything.
const CLOSED: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 410]);

export async function verifyExposed(target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [path, what] of Object.entries(EXPOSED)) {
    const { status } = await ask(target, path);
    findings.push(finding('exposed', path, !CLOSED.has(status) && `answers ${status}: ${what}`));
  }
  for (const [path, type] of Object.entries(PUBLIC)) {
    findings.push(finding('exposed', path, wrongType(await ask(target, path), type)));
  }
  return findings;
}

function wrongType({ status, headers }: Answer, type: RegExp): string | false {
  const isFine = CLOSED.has(status) || type.test(String(headers['content-type'] ?? ''));
  return !isFine && 'public by decision, but this is something else';
}
