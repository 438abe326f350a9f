import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lockedFlags } from '@app/platform/service/locked';
import { api } from '../../services/api/service.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const flags = lockedFlags(api);

const parent = await realpath(await mkdtemp(join(tmpdir(), 'locked-')));
after(() => rm(parent, { recursive: true }));

// More attempts than those in `platform/test/service.process.test.ts`.
const ATTEMPTS: Readonly<Record<string, string>> = {
  'listing the rest of the checkout': `readdirSync(${JSON.stringify(root)})`,
  'writing beside the data': `writeFileSync(${JSON.stringify(join(root, '.data-beside'))}, '')`,
  'writing elsewhere': `writeFileSync(${JSON.stringify(join(parent, 'x'))}, '')`,
  'starting a thread': `new Worker('', { eval: true })`,
  'loading native code': `process.dlopen({ exports: {} }, ${JSON.stringify(join(root, 'services', 'x.node'))})`,
  'running a WASI program': `new WASI({ version: 'preview1' })`,
};

const IMPORTS = `
  import { readdirSync, writeFileSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  import { WASI } from 'node:wasi';`;

for (const [what, attempt] of Object.entries(ATTEMPTS)) {
  test(`locked, the service is refused ${what} (AUTHZ-4)`, () => {
    const program = `${IMPORTS}
      try { const done = ${attempt}; console.log('done', done?.error?.code); }
      catch (error) { console.log(error.code); }`;
    const args = [...flags, '--input-type=module', '--eval', program];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.match(stdout, /^(?:done )?ERR_(?:ACCESS_DENIED|DLOPEN_DISABLED)\n$/, stderr);
  });
}
