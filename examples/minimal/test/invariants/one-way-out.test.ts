import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

// A program that imports one of these can reach an address that no list names.
const WAYS_OUT = /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises)$|^undici(?:\/|$)/;

// The egress guard itself, the command that asks the service over its local socket, and the checks of a deployment.
const ALLOWED =
  /^(?:platform\/src\/egress\/|platform\/src\/development\/operator-client\.ts$|scripts\/(?:staging-checks|verify-staging)\.ts$)/;
// A process or a thread that is started has no egress guard. Scripts of developers and the locked start may start one.
const STARTERS = /^(?:node:)?(?:child_process|cluster|worker_threads)$/;
const MAY_START = /^(?:scripts\/|platform\/src\/service\/locked\.ts$)/;
// Tests attack the service, and no running service loads them.
const OF_TESTS = /\.test\.ts$|^platform\/test\//;
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

test('the search for ways out finds them however they are written (HOOK-4)', () => {
  for (const text of [
    "import { connect } from 'node:net';",
    "import net from 'net';",
    "import * as https from 'node:https';",
    "import { createServer, request } from 'node:http';",
    "import {\n  type Socket,\n  connect,\n} from 'node:tls';",
    "export { get } from 'node:http';",
    "export * from 'node:dgram';",
    "import 'undici';",
    "import { Agent } from 'undici/lib/dispatcher/agent.js';",
    "const http = await import('node:http');",
    'const tls = process.getBuiltinModule("tls");',
    "createRequire(import.meta.url)('x'); require('node:dns')",
  ])
    assert.equal(waysOutIn(text).length, 1, text);
  for (const text of [
    "import type { Socket } from 'node:net';",
    "import { type AddressInfo, createServer } from 'node:net';",
    "import { isIP } from 'node:net';",
    "await import('./telemetry.ts');",
  ])
    assert.deepEqual(waysOutIn(text), [], text);
});

test('the linter refuses the same (HOOK-4)', () => {
  const { rules, overrides } = JSON.parse(readFileSync(`${root}.oxlintrc.json`, 'utf8')) as {
    rules: Record<string, [string, { paths: { name: string }[] }]>;
    overrides: { files: string[]; rules: Record<string, unknown> }[];
  };
  const [level, options] = rules['no-restricted-imports'] ?? [];
  assert.equal(level, 'error');
  const names = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'dns/promises'];
  assert.deepEqual(
    options?.paths.map(({ name }) => name).toSorted(),
    [...names.map((name) => `node:${name}`), 'undici'].toSorted(),
  );
  const excepted = overrides.filter((override) => 'no-restricted-imports' in override.rules);
  for (const file of excepted.flatMap(({ files }) => files).filter((name) => !/test/.test(name)))
    assert.match(file.replace('/**', '/'), new RegExp(`${ALLOWED.source}|${OF_TESTS.source}`));
});

function waysOutIn(text: string, ways = WAYS_OUT): string[] {
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
