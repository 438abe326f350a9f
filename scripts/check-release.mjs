// Says what stands against releasing this version, from CHANGELOG.md, package.json and the tags.
//
//   npm run release:check                                           for every change
//   npm run release:check -- --tag v1.2.3 --repository owner/name    before publishing from that tag
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { publishFaults, releaseFaults } from './release-faults.mjs';

const EMITTING = /^(?:templates\/([^/]+)\/|generators\/([^/]+)\/build\/)/;

const { values } = parseArgs({
  options: {
    root: { type: 'string', default: '.' },
    tag: { type: 'string' },
    repository: { type: 'string' },
  },
});
const root = resolve(values.root);
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const { tag, repository } = values;
const previous = lastRelease();
const faults = [
  ...releaseFaults(manifest, changelog, previous && changedGenerators(previous)),
  ...(tag === undefined ? [] : publishFaults(manifest, changelog, { tag, repository })),
];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
else console.log(`${manifest.version} says what changed since ${previous ?? 'the beginning'}.`);

/** The newest version that this one follows. */
function lastRelease() {
  const tags = git('tag', '--list', 'v[0-9]*', '--merged', 'HEAD', '--sort=-version:refname');
  return tags.find((name) => name !== `v${manifest.version}`);
}

/** Those whose templates, or whose code that writes code, are not what they were. */
function changedGenerators(since) {
  const paths = git('diff', '--name-only', since, '--', 'templates', 'generators');
  const generators = paths
    .map((path) => EMITTING.exec(path)?.slice(1).find(Boolean))
    .filter((id) => id !== undefined);
  return [...new Set(generators)].sort();
}

function git(...args) {
  const said = execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  return said.split('\n').filter((line) => line !== '');
}
