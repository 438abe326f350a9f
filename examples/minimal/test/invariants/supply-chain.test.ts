import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

interface Package {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

// What every registry serves; a tarball from elsewhere has another address.
const FROM_REGISTRY = /^https:\/\/[^?#]+\/-\/[^/?#]+\.tgz$/;
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

test('every dependency names one exact version (SUPPLY-1)', async () => {
  for (const { path, json } of await packages()) {
    const { dependencies, devDependencies, optionalDependencies } = json;
    const named = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, version] of Object.entries(named)) {
      assert.match(version, EXACT, `${path}: ${name} is not pinned`);
    }
  }
});

test('every locked package carries a sha512 of its bytes (SUPPLY-1)', async () => {
  for (const [path, entry] of await locked()) {
    assert.match(entry.integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, `${path} could be swapped`);
  }
});

test('no locked package comes from anywhere but a registry (SUPPLY-1)', async () => {
  for (const [path, { resolved }] of await locked()) {
    if (resolved === undefined) continue;
    assert.match(resolved, FROM_REGISTRY, `${path} comes from a place that can change`);
  }
});

test('npm is told to refuse ranges, young releases, install scripts and other sources (SUPPLY-1)', async () => {
  for (const path of files(['.npmrc', 'infra/.npmrc'])) {
    const settings = (await read(path)).split('\n');
    for (const setting of [
      'save-exact=true',
      'strict-allow-scripts=true',
      'allow-git=none',
      'allow-remote=none',
      'allow-file=none',
    ]) {
      assert.ok(settings.includes(setting), `${setting} is missing from ${path}`);
    }
    const age = settings.find((line) => line.startsWith('min-release-age='))?.split('=')[1];
    assert.ok(Number(age) >= 7, `min-release-age in ${path} is below a week`);
  }
});

test('every workflow step runs an action by the hash of its commit (SUPPLY-1)', async () => {
  for (const name of await readdir(new URL('.github/workflows/', root))) {
    const workflow = await read(`.github/workflows/${name}`);
    for (const [, action = ''] of workflow.matchAll(/\buses:\s*(\S+)/g)) {
      // One of this repository comes with the very commit that uses it.
      if (action.startsWith('./')) continue;
      assert.match(action, /@[0-9a-f]{40}$/, `${name}: ${action} can be moved to other code`);
    }
  }
});

async function packages(): Promise<{ path: string; json: Package }[]> {
  const paths = files([
    'package.json',
    'platform/package.json',
    'services/*/package.json',
    'infra/package.json',
  ]);
  return Promise.all(paths.map(async (path) => ({ path, json: JSON.parse(await read(path)) })));
}

async function locked(): Promise<[string, Locked][]> {
  const locks = await Promise.all(
    files(['package-lock.json', 'infra/package-lock.json']).map(read),
  );
  return locks
    .flatMap((lock) =>
      Object.entries((JSON.parse(lock) as { packages: Record<string, Locked> }).packages),
    )
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link);
}

// The infrastructure program is installed on its own, where there is one.
function files(patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: root });
}

const paths = globSync('.github/workflows/*.{yml,yaml}', { cwd: root }).toSorted();

// Events that run with the rights of this repository on what a stranger wrote.
const BY_STRANGERS =
  /\b(?:pull_request_target|workflow_run|issue_comment|issues|discussion(?:_comment)?|fork|watch)\b/;

/** What is wrong with a workflow, a rule once. */
function faultsOf(text: string): string[] {
  const jobs = jobsOf(text);
  // A job that calls another workflow of this repository has no steps, and ends when that workflow does.
  const own = jobs.filter((job) => !/^ {4}uses: \.\//m.test(job));
  const rules: Readonly<Record<string, boolean>> = {
    'reads more than the contents at the top': !/^permissions:\n {2}contents: read\n(?! )/m.test(
      text,
    ),
    'is started by strangers': BY_STRANGERS.test(
      /^on:[^]*?^(?=\S)/m.exec(`${text}\nx`)?.[0] ?? text,
    ),
    'may run twice at once': !isCalled(text) && !/^concurrency:$/m.test(text),
    'has a job without an end': own.some((job) => !/^ {4}timeout-minutes: \d+$/m.test(job)),
    'has a job that nothing watches': own.some(
      (job) => !firstStepOf(job).includes('step-security/harden-runner@'),
    ),
    'keeps its token in the checkout': jobs.some(leavesToken),
    'pastes a value into a script': runsOf(text).some((run) => run.includes('${{')),
    'inherits secrets': /^\s*secrets:\s*inherit/m.test(text),
    'writes everything': /write-all|read-all/.test(text),
  };
  return Object.keys(rules).filter((rule) => rules[rule]);
}

// It runs as often as the workflow that calls it, and nothing else starts it.
function isCalled(text: string): boolean {
  return /^on:\n {2}workflow_call:\n(?: {4}.*\n)*\n/m.test(text);
}

function jobsOf(text: string): string[] {
  const [, jobs = ''] = /^jobs:\n([^]*)$/m.exec(text) ?? [];
  return jobs.split(/^(?= {2}[\w-]+:$)/m).filter((job) => /^ {2}\w/.test(job));
}

function firstStepOf(job: string): string {
  const [, steps = ''] = job.split(/^ {4}steps:$/m);
  return steps.split(/^ {6}- /m)[1] ?? '';
}

function leavesToken(job: string): boolean {
  const checkouts = job.split(/^ {6}- /m).filter((step) => step.includes('actions/checkout@'));
  return checkouts.some((step) => !/persist-credentials: false/.test(step));
}

// Of one line, and of a block below `run: |`, whose lines stand further in than the word.
function runsOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const { before = '' } = /^(?<before> *(?:- )?)run: /.exec(line)?.groups ?? {};
    if (!/^ *(?:- )?run: /.test(line)) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= before.length);
    return [[line, ...rest.slice(0, end < 0 ? rest.length : end)].join('\n')];
  });
}

test('there are workflows that check, look for secrets, read advisories and attest (SUPPLY-2)', () => {
  for (const name of [
    'ci',
    'codeql',
    'dependency-review',
    'scorecard',
    'secret-scan',
    'advisories',
    'release',
  ])
    assert.ok(
      paths.some((path) => path.endsWith(`/${name}.yml`)),
      name,
    );
});

for (const path of paths) {
  test(`${path} can be made to do nothing that it does not say (SUPPLY-3)`, () => {
    assert.deepEqual(faultsOf(readFileSync(new URL(path, root), 'utf8')), []);
  });
}

const sound = readFileSync(new URL('.github/workflows/secret-scan.yml', root), 'utf8');
const PLANTED: Readonly<Record<string, (text: string) => string>> = {
  'pastes a value into a script': (text) =>
    text.replace('run: npm run scan\n', 'run: echo "${{ github.event.pull_request.title }}"\n'),
  'reads more than the contents at the top': (text) =>
    text.replace('contents: read', 'contents: write'),
  'is started by strangers': (text) => text.replace('  pull_request:', '  pull_request_target:'),
  'may run twice at once': (text) => text.replace('concurrency:', 'defaults:'),
  'has a job without an end': (text) => text.replace(/ {4}timeout-minutes: \d+\n/, ''),
  'has a job that nothing watches': (text) => text.replace('step-security/harden-runner@', 'a/b@'),
  'keeps its token in the checkout': (text) =>
    text.replace('persist-credentials: false', 'persist-credentials: true'),
  'inherits secrets': (text) => `${text}    secrets: inherit\n`,
  'writes everything': (text) =>
    text.replace('    steps:', '    permissions: write-all\n    steps:'),
};

for (const [fault, plant] of Object.entries(PLANTED)) {
  test(`a workflow that ${fault} is refused (SUPPLY-3)`, () => {
    assert.deepEqual(faultsOf(sound), []);
    assert.deepEqual(faultsOf(plant(sound)), [fault]);
  });
}

test('a value in a block of a script is seen as well (SUPPLY-3)', () => {
  const block = sound.replace(
    'run: npm run scan\n',
    'run: |\n          npm ci\n          echo ${{ github.head_ref }}\n',
  );
  assert.deepEqual(faultsOf(block), ['pastes a value into a script']);
});
