import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestApp } from '../support/build-app.ts';
import { appWithoutDatabase } from '../support/build-app.ts';
import { installedSupport } from '../support/installed.ts';

// The unauthenticated surface, with what modules list in their samples.ts: a new row is a decision that a reviewer sees.
const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /livez': 'The orchestrator asks, and it learns only that the process answers.',
  'GET /readyz': 'The load balancer asks, and it learns only whether to send requests.',
};

let service: TestApp;
before(async () => {
  service = await appWithoutDatabase();
});
after(() => service.close());

test('every route declares its access (AUTHZ-5)', () => {
  assert.ok(service.app.inventory.length > 0);
  for (const { method, url, access } of service.app.inventory)
    assert.ok(access.kind === 'allow' || access.kind === 'public', `${method} ${url}`);
});

test('the public routes are the listed ones, each for the listed reason (AUTHZ-5)', async () => {
  const found = service.app.inventory.flatMap(({ method, url, access }) =>
    access.kind === 'public' && method !== 'HEAD' ? [[`${method} ${url}`, access.reason]] : [],
  );
  const lists = (await installedSupport()).map(({ publicRoutes }) => publicRoutes);
  assert.deepEqual(Object.fromEntries(found), Object.assign({}, PUBLIC_ROUTES, ...lists));
});

test('every other route answers somebody unknown with 401 and nothing more (CHECK-11)', async () => {
  const guarded = service.app.inventory.filter(({ access }) => access.kind === 'allow');
  assert.ok(guarded.length > 0);
  for (const { method, url } of guarded) {
    const answer = await service.app.inject({ method, url } as never);
    assert.equal(answer.statusCode, 401, `${method} ${url}`);
    if (method !== 'HEAD') assert.equal(answer.json().code, 'unauthenticated');
  }
});
