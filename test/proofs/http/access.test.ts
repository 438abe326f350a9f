import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TenantTx } from '@app/platform/database/database';
import { allow, publicAccess } from '@app/platform/http/access';
import type { Api } from '@app/platform/service/module';
import type { TestApp } from '../../test/support/open-app.ts';
import { openApp, openAppWithoutDatabase } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';

const ACTION = 'App::Action::"read-session"';

let service: TestApp;
before(async () => {
  service = await openApp({ modules: [{ id: 'specimen', routes: specimen }] });
});
after(() => service.close());

test('a route in a nested plugin without access stops the boot (AUTHZ-5)', async () => {
  const routes = (app: Api) =>
    void app.register(async (inner) => inner.post('/deep', async () => ({ fine: true })));
  await assert.rejects(
    openAppWithoutDatabase({ modules: [{ id: 'specimen', routes }] }),
    /POST \/deep declares no access/,
  );
});

test('a handler is given what was decided on: one look at it for each request', async () => {
  const client = await signedIn(service);
  assert.deepEqual((await client.send('GET', '/looked-at')).json(), { look: 1 });
  assert.deepEqual((await client.send('GET', '/looked-at')).json(), { look: 2 });
  assert.equal((await client.send('GET', '/decided-elsewhere')).statusCode, 500);
});

test('a public route has no caller to work with', async () => {
  assert.equal((await service.app.inject('/public')).statusCode, 500);
});

function specimen(app: Api): void {
  let looks = 0;
  const look = allow(ACTION, async (tx) => ({ ...(await own(tx)), look: (looks += 1) }));
  const open = { config: { access: publicAccess('Anyone may see it fail.') } };
  app.get('/looked-at', { config: { access: look } }, async ({ authorized }) => ({
    look: look.decidedOn(authorized).look,
  }));
  app.get('/decided-elsewhere', { config: { access: allow(ACTION, own) } }, async (request) =>
    look.decidedOn(request.authorized),
  );
  app.get('/public', open, async ({ authorized }) => authorized.caller.subject);
}

async function own({ caller: { subject, tenant, sessionId } }: TenantTx) {
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}
