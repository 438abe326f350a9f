import { mkdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { emitted, keepSecret } from './project.mjs';

const { PORT, DATA_FOLDER, TARGET = '', MOST_ROWS } = process.env;
if (MOST_ROWS !== undefined) limitBatches(MOST_ROWS);
const [{ start }, { readConfig }, { openDatabase }, { jobs }] = await Promise.all([
  emitted('services/api/serve.ts'),
  emitted('services/api/config.ts'),
  emitted('platform/src/database.ts'),
  emitted('services/api/jobs.ts'),
]);
await keepSecret();

// Elsewhere than on a developer's machine workers are processes of their own.
jobs.length = 0;

// The service as it starts on a developer's machine; only which database it opens is ours to say.
const config = readConfig(['--local'], { PORT, DATA_FOLDER });
if (!config.ok) throw new Error(config.error.join('\n'));
// The operator's socket stands beside the embedded database, which may be elsewhere here.
mkdirSync('.data/api', { recursive: true });
const publicOrigin = 'https://api.example.com';
await start({ ...config.value, publicOrigin }, () => openDatabase(JSON.parse(TARGET)));
process.send({ ready: {} });

/** @param {string} most */
function limitBatches(most) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith('/webhooks/group-commit.ts')) return loaded;
      const source = String(loaded.source);
      const limited = source.replace(/const MOST_ROWS = \d+;/, `const MOST_ROWS = ${most};`);
      if (limited === source && !source.includes(`MOST_ROWS = ${most};`))
        throw new Error('The size of a batch stands somewhere else by now.');
      return { ...loaded, source: limited };
    },
  });
}
