import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { printPack, readPack } from '../../../src/packed-files.ts';
import type { Template } from '../../../src/templates.ts';
import { CLI, type Run, runCli } from '../../support/cli.ts';
import { emptyFolder, snapshotOf } from '../../support/folder.ts';

const CREATE = ['my-app', '--yes', '--no-install', '--no-git'];

type Packed = Record<string, Template>;

let dist: string;

beforeEach(() => {
  dist = emptyFolder();
  cpSync(dirname(CLI), dist, { recursive: true });
});

async function run(...args: string[]): Promise<Run> {
  const cwd = emptyFolder();
  const result = await runCli(args, { cwd, cli: join(dist, 'cli.js') });
  if (result.code !== 0) expect(snapshotOf(cwd)).toEqual({});
  return result;
}

async function expectRefused(): Promise<void> {
  const { code, stdout, stderr } = await run(...CREATE);
  expect([code, stdout], stderr).toEqual([4, '']);
  const lines = stderr.trim().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^✖ The installed package of create-secure-app is damaged: .*\.$/),
    'Install the package again; nothing was written.',
  ]);
}

function edit(change: (packed: Packed) => void): void {
  const path = join(dist, 'templates-app.gz');
  const packed = Object.fromEntries(readPack(gunzipSync(readFileSync(path))));
  change(packed);
  writeFileSync(path, gzipSync(printPack(packed)));
}

const SEALED = 'app/services/api/app.ts';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('an undamaged copy works, so that what follows is the damage', async () => {
  const { code, stderr } = await run(...CREATE);
  expect(code, stderr).toBe(0);
});

describe('is refused in one sentence that names the way out, with nothing written, when', () => {
  test.each(['templates-app.gz', 'templates-infra.gz', 'superset.json.gz'])(
    '%s is gone, empty, cut short, or not ours',
    async (name) => {
      const path = join(dist, name);
      const size = readFileSync(path).length;
      for (const damage of [
        () => writeFileSync(path, '{}'),
        () => writeFileSync(path, 'null'),
        () => truncateSync(path, size - 1),
        () => truncateSync(path, 0),
        () => rmSync(path),
      ]) {
        damage();
        await expectRefused();
      }
    },
  );

  test('one byte of a template flipped', async () => {
    edit((files) => {
      const { text = '', sha256: hash = '' } = files[SEALED] ?? {};
      files[SEALED] = { text: text.replace('a', 'b'), sha256: hash };
    });
    await expectRefused();
  });

  test('a template is gone: a project without one of its checks would look complete', async () => {
    edit((files) => void delete files[SEALED]);
    await expectRefused();
  });

  test('a file came with it that was never judged, with a hash of its own', async () => {
    const text = 'export const backdoor = true;\n';
    edit((files) => void (files['app/services/api/backdoor.ts'] = { text, sha256: sha256(text) }));
    await expectRefused();
  });

  test('a template says something else, and its hash was made to match', async () => {
    edit((files) => {
      const text = `${files[SEALED]?.text}export const backdoor = true;\n`;
      files[SEALED] = { text, sha256: sha256(text) };
    });
    await expectRefused();
  });

  test('an integrity hash of the lock is another', async () => {
    const path = join(dist, 'superset.json.gz');
    const text = gunzipSync(readFileSync(path)).toString('utf8');
    const changed = text.replace(/sha512-[A-Za-z0-9]/, 'sha512-/');
    expect(changed).not.toBe(text);
    writeFileSync(path, gzipSync(changed));
    await expectRefused();
  });
});

describe('code that is missing or cut short', () => {
  const chunks = (): string[] => readdirSync(dist).filter((name) => name.startsWith('chunk-'));

  test('of any part: one sentence, nothing written, or not needed', async () => {
    const outcomes = new Set<number | null>();
    for (const name of chunks()) {
      const path = join(dist, name);
      const whole = readFileSync(path);
      rmSync(path);
      outcomes.add(await damagedOrFine());
      writeFileSync(path, whole.subarray(0, whole.length / 2));
      outcomes.add(await damagedOrFine());
      writeFileSync(path, whole);
    }
    expect([...outcomes].sort()).toEqual([0, 4]);
  });

  test('that runs npm: the tree stays, and the step is told as failed', async () => {
    const part = chunks().find((name) =>
      readFileSync(join(dist, name), 'utf8').includes('forceKillAfterDelay'),
    );
    rmSync(join(dist, part ?? ''));
    const { code, stdout } = await runCli(['my-app', '--yes', '--no-git'], {
      cwd: emptyFolder(),
      cli: join(dist, 'cli.js'),
    });
    expect([code, stdout]).toEqual([4, expect.stringContaining('The project is complete on disk')]);
  });

  async function damagedOrFine(): Promise<number | null> {
    const { code, stderr } = await run(...CREATE);
    if (code === 0) return 0;
    expect(stderr).toMatch(
      /^✖ The installed package of create-secure-app is damaged: .*\.\nInstall/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(2);
    return code;
  }
});
