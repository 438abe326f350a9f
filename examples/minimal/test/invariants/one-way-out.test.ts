import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

// A program that imports one of these can reach an address that no list names.
const WAYS_OUT = /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises)$|^undici(?:\/|$)/;

// The egress guard itself, the command that asks the service over its local socket, and the checks of a deployment.
export const ALLOWED =
  /^(?:platform\/src\/egress\/|platform\/src\/development\/operator-client\.ts$|scripts\/verify-staging\.ts$)/;
// A process or a thread that is started has no egress guard. Scripts of developers and the locked start may start one.
const STARTERS = /^(?:node:)?(?:child_process|cluster|worker_threads)$/;
const MAY_START = /^(?:scripts\/|platform\/src\/service\/locked\.ts$)/;
// Tests attack the service, and no running service loads them.
export const OF_TESTS = /\.test\.ts$|^platform\/test\//;
// These listen or parse an address: they call nothing.
const HARMLESS: ReadonlySet<string> = new Set(['createServer', 'isIP', 'isIPv4', 'isIPv6']);

const STATEMENT = /^\s*(?:import|export)\s+(?!type\b)([^'";]*?)\bfrom\s*['"]([^'"]+)['"]/gm;
const BY_EFFECT = /^\s*import\s*['"]([^'"]+)['"]/gm;
const AT_RUN_TIME = /\b(?:import|require|getBuiltinModule)\s*\(\s*([^)]*)\)/g;

const sources = globSync('{platform,services,scripts,migrations}/**/*.{ts,mjs}', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/node_modules/.test(file) && !OF_TESTS.test(file));

test('nothing but the one way out imports what can call out (HOOK-4)', () => {
  assert.deepEqual(foundIn(ALLOWED), [], 'Call with fetch, and list the host in security/egress/.');
});

test('nothing of the service starts a process or a thread, which would call out unguarded (HOOK-4)', () => {
  assert.deepEqual(foundIn(MAY_START, STARTERS), []);
  for (const name of ['child_process', 'node:worker_threads', 'cluster'])
    assert.deepEqual(waysOutIn(`await import('${name}')`, STARTERS), [name]);
});

function foundIn(allowed: RegExp, ways = WAYS_OUT): string[] {
  return sources
    .filter((file) => !allowed.test(file))
    .flatMap((file) =>
      waysOutIn(readFileSync(`${root}${file}`, 'utf8'), ways).map((way) => `${file}: ${way}`),
    );
}

/** The modules that a source imports as values, and that can call out. */
export function waysOutIn(text: string, ways = WAYS_OUT): string[] {
  const named = [...text.matchAll(STATEMENT)].flatMap(([, names = '', from = '']) =>
    ways.test(from) && !namesOf(names).every((name) => HARMLESS.has(name)) ? [from] : [],
  );
  const others = [...text.matchAll(BY_EFFECT), ...text.matchAll(AT_RUN_TIME)]
    .map(([, from = '']) => from.replaceAll(/['"`\s]/g, ''))
    .filter((from) => ways.test(from));
  return [...named, ...others];
}

// The names that are imported as values. A default or a namespace import counts as all of them.
function namesOf(clause: string): string[] {
  const braced = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1];
  if (braced === undefined) return ['*'];
  return braced
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
    .map((name) => name.split(' ')[0] ?? '');
}
