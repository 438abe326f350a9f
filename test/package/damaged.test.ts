import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CLI } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';

interface Packed {
  readonly files: Record<string, { text: string; sha256: string }>;
}
type Damage = (dist: string) => void;

/** Rewrites a packed file after a change to what it says. */
function changed<T>(name: string, change: (json: T) => void): Damage {
  return (dist) => {
    const json = JSON.parse(readFileSync(join(dist, name), 'utf8')) as T;
    change(json);
    writeFileSync(join(dist, name), JSON.stringify(json));
  };
}

const TEMPLATES = 'templates.json of the installed package is missing or damaged.';
const SUPERSET = 'superset.json of the installed package is missing or damaged.';
const CODE = 'A file of the installed create-secure-app is missing or damaged';

test.each<[string, Damage, string]>([
  [
    'a template and its own hash are changed together',
    changed<Packed>('templates.json', ({ files }) => {
      const text = '// nothing is checked here\n';
      const sha256 = createHash('sha256').update(text).digest('hex');
      files['app/services/api/app.ts'] = { text, sha256 };
    }),
    TEMPLATES,
  ],
  [
    'a template is taken out',
    changed<Packed>('templates.json', ({ files }) => {
      delete files['app/services/api/app.ts'];
    }),
    TEMPLATES,
  ],
  [
    'the packed lock pins other bytes',
    changed<{ packages: Record<string, { integrity: string }> }>('superset.json', (lock) => {
      const [entry] = Object.values(lock.packages);
      if (entry) entry.integrity = `sha512-${'A'.repeat(86)}==`;
    }),
    SUPERSET,
  ],
  [
    'the templates end early',
    (dist) => truncateSync(join(dist, 'templates.json'), 1000),
    TEMPLATES,
  ],
  ['the templates are not there', (dist) => rmSync(join(dist, 'templates.json')), TEMPLATES],
  ['the lock is not there', (dist) => rmSync(join(dist, 'superset.json')), SUPERSET],
  ['the code is there in part', (dist) => rmSync(join(dist, 'run.js')), CODE],
])('where %s, the run ends with a sentence and writes nothing', (_what, damage, sentence) => {
  const folder = emptyFolder();
  const dist = join(folder, 'package/dist');
  cpSync(dirname(CLI), dist, { recursive: true });
  writeFileSync(join(folder, 'package/package.json'), '{ "type": "module" }');
  const place = join(folder, 'place');
  mkdirSync(place);
  const create = (): ReturnType<typeof spawnSync> =>
    spawnSync(
      process.execPath,
      [join(dist, 'cli.js'), 'my-app', '--yes', '--no-install', '--no-git'],
      {
        cwd: place,
        encoding: 'utf8',
      },
    );
  expect(create().status).toBe(0);
  rmSync(join(place, 'my-app'), { recursive: true });

  damage(dist);
  const refused = create();
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain(sentence);
  expect(refused.stderr).not.toMatch(/^\s+at /m);
  expect(readdirSync(place)).toEqual([]);
});
