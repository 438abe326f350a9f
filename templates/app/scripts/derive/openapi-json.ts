import { loadPolicies } from '@app/platform/authorization/decide';
import type { Database } from '@app/platform/database/database';
import { buildApp } from '../../services/api/app.ts';
import { readConfig } from '../../services/api/config.ts';
import { POLICIES } from '@app/platform/service/folders';
import { createLog } from '@app/platform/logging/log';
import { describeApi } from '@app/platform/http/openapi';
import { modules } from '../../services/api/modules.ts';
import { openStores } from '@app/platform/service/backing-services';
import { readFileSync } from 'node:fs';
import { ROOT } from './root.ts';
import { api } from '../../services/api/service.ts';

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
    ...(await openStores(api, config.value)),
  };
  const log = createLog('error');
  const app = await buildApp({
    log,
    services,
    modules,
    publicOrigin: () => '',
    describe: describeApi(JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'))),
  });
  const document = app.swagger();
  await app.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}
