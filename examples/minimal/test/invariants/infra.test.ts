import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { LockEntry, Lockfile } from '../../scripts/lockfile.ts';
import { readJson } from '../../scripts/lockfile.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

const SAME_REPOSITORY = 'if: github.event.pull_request.head.repo.full_name == github.repository';
const EXACT = /^\d+\.\d+\.\d+$/;

test('what a module asks of the cloud is asked in one index (SUPPLY-5)', () => {
  const index = read('infra/modules.ts');
  const files = globSync('*.ts', { cwd: `${root}infra/modules` });
  assert.ok(files.length > 0);
  for (const file of files) assert.ok(index.includes(`'./modules/${file}'`), `${file} is in it`);
});

test('the packages that deploy are pinned like those that run (SUPPLY-1)', () => {
  const { dependencies, devDependencies } = readJson<LockEntry>(`${root}infra/package.json`);
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(version, EXACT, name);

  const { '': own, ...locked } = readJson<Lockfile>(`${root}infra/package-lock.json`).packages;
  assert.deepEqual(own?.dependencies, dependencies);
  for (const [path, { integrity }] of Object.entries(locked))
    assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, `${path} could be swapped`);
});

test('npm holds them to the same rules (SUPPLY-1)', () => {
  assert.equal(read('infra/.npmrc'), read('.npmrc'));
});

test('the image is built from digests, and runs behind its walls as nobody (SUPPLY-5)', () => {
  const dockerfile = read('services/api/Dockerfile');
  for (const [, image = ''] of dockerfile.matchAll(/^FROM (\S+)/gm))
    assert.match(image, /@sha256:[0-9a-f]{64}$/, `${image} can be moved to other bytes`);
  const [, stage = ''] = dockerfile.split(/^FROM gcr/m);
  assert.match(stage, /^USER 10001:10001$/m);
  assert.match(stage, /^ENTRYPOINT \["\/nodejs\/bin\/node", "--permission", /m);
  assert.doesNotMatch(stage, /--allow-(?!fs-read=\/app\/\w+")/);
});

test('a workflow becomes a role job by job, and never for a fork (SUPPLY-5)', () => {
  const names = globSync('.github/workflows/*.yml', { cwd: root });
  const roles = names.map(read).filter((text) => text.includes('role-to-assume'));
  assert.equal(roles.length, 4);
  for (const text of roles) {
    assert.match(text, /^permissions:\n  contents: read\n\n/m);
    const isAsked = !text.includes('pull_request') || text.includes(SAME_REPOSITORY);
    assert.ok(isAsked, 'a fork could become a role');
  }
});

const SDK = /from '(@aws-sdk|@smithy)\/|import\('(@aws-sdk|@smithy)\/|require\(/;
// One for each call, by name: an object that has every call of a service would hide which one is made.
const BY_NAME =
  /^import (?:type )?\{ (?:(?:\w+(?:Client|Command|Handler)|\w*Signer)(?:, |(?= \})))+ \} from/;

// Tests of the adapters name what they call as well, and run in no program.
const NO_PROGRAM = ['**/node_modules/**', 'platform/test/**'];
const sources = globSync('{platform,services,scripts}/**/*.ts', { cwd: root, exclude: NO_PROGRAM })
  .map((path) => path.replaceAll('\\', '/'))
  .map((path) => [path, read(path)] as const);
const calling = sources.filter(([, text]) => SDK.test(text));

test('AWS is called below platform/src/aws, and nowhere else (SUPPLY-5)', () => {
  assert.ok(calling.length > 0);
  for (const [path] of calling) assert.ok(path.startsWith('platform/src/aws/'), path);
});

test('each call is imported by its name, so that it can be told who makes it (SUPPLY-5)', () => {
  for (const [path, text] of calling)
    for (const line of text.split('\n').filter((each) => SDK.test(each)))
      assert.match(line.replace(/^\} from/, 'import { Signer } from'), BY_NAME, path);
});

test('no program of ours puts a secret in its place (SUPPLY-5)', () => {
  for (const [path, text] of sources) assert.ok(!text.includes('PutSecretValue'), path);
});
