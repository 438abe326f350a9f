import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @param {string} path */
const emitted = (path) => import(pathToFileURL(join(process.cwd(), path)).href);

const [
  { start },
  { api },
  { readConfig },
  { openDatabase },
  { loadPolicies },
  { signedIn },
  { POLICIES },
  { rateLimits },
] = await Promise.all([
  emitted('platform/src/service/serve.ts'),
  emitted('services/api/service.ts'),
  emitted('services/api/config.ts'),
  emitted('platform/src/database/open.ts'),
  emitted('platform/src/authorization/decide.ts'),
  emitted('test/support/signed-in.ts'),
  emitted('platform/src/service/folders.ts'),
  emitted('platform/src/http/rate-limits.ts'),
]);

// One caller at one address sends everything here: its requests are counted as anybody's, and never too many.
for (const limit of Object.values(rateLimits)) limit.points *= 1_000_000;

// The service as it starts on a developer's machine; this program only chooses the database.
const config = readConfig(['--local'], { PORT: process.env.PORT });
if (!config.ok) throw new Error(config.error.join('\n'));
let database;
// The operator's socket stands beside the embedded database, which may be elsewhere here.
mkdirSync('.data/api', { recursive: true });
await start(api, config.value, async () => {
  database = await openDatabase(JSON.parse(process.env.TARGET));
  return database;
});

// A session and a role as the platform makes them: what follows over HTTP is an ordinary caller.
const service = { database, policies: await loadPolicies(POLICIES) };
const { cookie } = await signedIn(service, { roles: ['member'] });
process.send({ ready: { cookie, 'sec-fetch-site': 'same-origin' } });
