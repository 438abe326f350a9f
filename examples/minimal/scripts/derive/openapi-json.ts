import { loadPolicies } from '@app/platform/authorization';
import type { Database } from '@app/platform/database';
import { buildApp } from '../../services/api/app.ts';
import { readConfig } from '../../services/api/config.ts';
import { POLICIES } from '../../services/api/folders.ts';
import { createLog } from '../../services/api/http/log.ts';
import { describeApi } from '../../services/api/http/openapi.ts';
import { modules } from '../../services/api/modules.ts';
import { openStores } from '../../services/api/stores.ts';

// Registering routes asks no database, so describing them needs none.
const noDatabase = {} as Database;

export async function derive(): Promise<string> {
  const config = readConfig(['--local'], {});
  if (!config.ok) throw new Error(config.error.join('\n'));
  const { environment } = config.value;
  const policies = await loadPolicies(POLICIES);
  const services = {
    database: noDatabase,
    policies,
    environment,
    ...(await openStores(config.value)),
  };
  const log = createLog('error');
  const app = await buildApp({
    log,
    services,
    modules,
    publicOrigin: () => '',
    describe: describeApi,
  });
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
