import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
// Runs the claims over the project's sources as well: they take no time.
import { ALLOWED, OF_TESTS, waysOutIn } from '../../test/invariants/one-way-out.test.ts';

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
  const { rules, overrides } = JSON.parse(
    readFileSync(new URL('../../.oxlintrc.json', import.meta.url), 'utf8'),
  ) as {
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
