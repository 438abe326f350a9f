import { mkdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { emitted, keepSecret } from './project.mjs';

const { PORT, DATA_FOLDER, TARGET = '', MOST_ROWS, KEEP } = process.env;
if (MOST_ROWS) edit('group-commit.ts', /(const MOST_ROWS =) \d+;/, `$1 ${MOST_ROWS};`);
// The same server up to there: it proves, and forgets.
if (KEEP === 'no')
  edit('receive.ts', /await keep\(await rowOf\(delivery, signed\)\)/, `'accepted'`);

const [{ start }, { api }, { readConfig }, { openDatabase }, { jobs }] = await Promise.all([
  emitted('platform/src/service/serve.ts'),
  emitted('services/api/service.ts'),
  emitted('services/api/config.ts'),
  emitted('platform/src/database/open.ts'),
  emitted('services/api/jobs.ts'),
]);
await keepSecret();

// Elsewhere than on a developer's machine workers are processes of their own, and the address is known.
jobs.length = 0;
const publicOrigin = 'https://api.example.com';

// The service as it starts on a developer's machine; this program only chooses the database.
const config = readConfig(['--local'], { PORT, DATA_FOLDER });
if (!config.ok) throw new Error(config.error.join('\n'));
// The operator's socket stands beside the embedded database, which may be elsewhere here.
mkdirSync('.data/api', { recursive: true });
await start(api, { ...config.value, publicOrigin }, () => openDatabase(JSON.parse(TARGET)));
process.send({ ready: {} });

/**
 * Changes a file of the webhooks as it is loaded.
 *
 * @param {string} file
 * @param {RegExp} from
 * @param {string} to
 */
function edit(file, from, to) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(`/platform/src/webhooks/${file}`)) return loaded;
      const source = String(loaded.source);
      if (!from.test(source)) throw new Error(`${file} is written in another way by now.`);
      return { ...loaded, source: source.replace(from, to) };
    },
  });
}
