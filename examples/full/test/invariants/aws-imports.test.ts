import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const SDK = /from '(@aws-sdk|@smithy)\/|import\('(@aws-sdk|@smithy)\/|require\(/;
// One for each call, by name: an object that has every call of a service would hide which one is made.
const BY_NAME =
  /^import (?:type )?\{ ((?:\w+(?:Client|Command|Signer|Handler)|Signer)(?:, )?)+ \} from/;

function sources(): [path: string, text: string][] {
  return globSync('{platform,services,scripts}/**/*.ts', {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).map((path) => [path, readFileSync(`${root}${path}`, 'utf8')]);
}

const isOfAws = (path: string) => /^platform\/src\/(?:aws\/|testing\/aws)/.test(path);

test('AWS is called below platform/src/aws, and nowhere else (SUPPLY-5)', () => {
  const calling = sources().filter(([, text]) => SDK.test(text));
  assert.ok(calling.length > 0);
  assert.deepEqual(
    calling.map(([path]) => path).filter((path) => !isOfAws(path)),
    [],
  );
});

test('each call is imported by its name, so that it can be told who makes it (SUPPLY-5)', () => {
  const imports = sources().flatMap(([path, text]) =>
    text
      .split('\n')
      .filter((line) => SDK.test(line))
      .map((line) => [path, line] as const),
  );
  for (const [path, line] of imports)
    assert.ok(BY_NAME.test(line.replace(/^\} from/, 'import { Signer } from')), `${path}: ${line}`);
});

test('no program of ours puts a secret in its place (SUPPLY-5)', () => {
  const writing = sources().filter(
    ([path, text]) =>
      !/\.test\.ts$|^platform\/src\/testing\//.test(path) && text.includes('PutSecretValue'),
  );
  assert.deepEqual(writing, []);
});
