import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { failureLines } from '../../src/commands/failure.ts';
import { scanFiles } from '../../src/guard/index.ts';
import { GuardError, refuseFindings } from '../../src/operations/prepare.ts';
import { CLI, runCli } from '../support/cli.ts';
import { emptyFolder } from '../support/folder.ts';

/** Made from parts, so that no file of this repository looks like it holds a key. */
const KEY = ['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_');
const QUIET = ['--yes', '--no-install', '--no-git'];

interface Refusal {
  readonly shown: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cli?: string;
}

const OLD_NODE =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.4'}})";

function damagedCopy(): string {
  const dist = emptyFolder();
  cpSync(dirname(CLI), dist, { recursive: true });
  writeFileSync(join(dist, 'templates-app.gz'), '{}');
  return join(dist, 'cli.js');
}

async function captured({ shown, args, env, cli }: Refusal): Promise<string> {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, 'taken/src'), { recursive: true });
  const { code, stdout, stderr } = await runCli(args, {
    cwd,
    ...(env ? { env } : {}),
    ...(cli ? { cli } : {}),
  });
  expect(stdout).toBe('');
  return `$ create-secure-app ${shown}\n${stderr}(exit ${code})\n`;
}

/** No template of ours can be refused here, so this is what a generator of somebody else would show. */
async function capturedTemplate(): Promise<string> {
  const content = `const key = '${KEY}';\nexport const charge = () => pay(key);\n`;
  const findings = await scanFiles([{ path: 'services/api/modules/pay/charge.ts', content }]);
  try {
    refuseFindings(findings);
  } catch (cause) {
    if (!(cause instanceof GuardError)) throw cause;
    return `$ create-secure-app generate pay\n${failureLines(cause).join('\n')}\n(exit ${cause.exit})\n`;
  }
  throw new Error('It was not refused.');
}

test('what a refused run prints is what is committed, and the README shows its beginning', async () => {
  const secret = ['my-app', '--description', `Takes cards with ${KEY}`, ...QUIET];
  const captures = await Promise.all([
    captured({ shown: 'my-app --description "Takes cards with sk_live_…"', args: secret }),
    capturedTemplate(),
    captured({ shown: 'taken', args: ['taken', ...QUIET] }),
    captured({ shown: '"My App"', args: ['My App', ...QUIET] }),
    captured({ shown: 'nowhere/my-app', args: ['nowhere/my-app', ...QUIET] }),
    captured({
      shown: 'generate health-check search-index',
      args: ['generate', 'health-check', 'search-index'],
    }),
    captured({ shown: 'check nowhere', args: ['check', 'nowhere'] }),
    captured({ shown: 'check --write-baseline', args: ['check', '--write-baseline'] }),
    captured({
      shown: 'my-app   (on Node 18)',
      args: ['my-app', ...QUIET],
      env: { NODE_OPTIONS: `--import "${OLD_NODE}"` },
    }),
    captured({
      shown: 'my-app   (a damaged installation)',
      args: ['my-app', ...QUIET],
      cli: damagedCopy(),
    }),
  ]);
  const text = captures.join('\n');
  expect(text).not.toContain(KEY);
  await expect(text).toMatchFileSnapshot('../../docs/refusals.txt');
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`text\n${captures[0]}\`\`\``);
});
