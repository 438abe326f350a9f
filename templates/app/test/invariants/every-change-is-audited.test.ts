import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isSafe } from '@app/platform/http/methods';
import type { TestApp } from '../support/build-app.ts';
import { openTestApp } from '../support/build-app.ts';
import { installedSupport } from '../support/installed.ts';
import type { Sample } from '../support/sample.ts';
import { signedIn } from '../support/signed-in.ts';
import { auditCount, breakAudit, fingerprint, mendAudit } from '../support/tables.ts';

let service: TestApp;
let samples: ReadonlyMap<string, Sample>;
before(async () => {
  service = await openTestApp();
  const given = (await installedSupport()).flatMap((support) => support.samples ?? []);
  samples = new Map(given.map((sample) => [sample.route, sample]));
});
after(() => service.close());

test('every route that changes something has a sample request', () => {
  const missing = changingRoutes().filter((route) => !samples.has(route));
  assert.deepEqual(missing, [], 'Add a sample for each to the samples.ts of its module.');
});

test('every change writes an audit event (OBS-1)', async () => {
  for (const [route, { role, prepare }] of samples) {
    const client = await signedIn(service, { roles: rolesOf(role) });
    const { url, payload } = await prepare(client);
    const events = await auditCount(service, 'success');
    const answer = await client.send(methodOf(route), url, payload);
    assert.ok(answer.statusCode < 300, `${route} answers ${answer.statusCode}`);
    assert.equal(await auditCount(service, 'success'), events + 1, route);
  }
});

test('somebody without the role changes nothing, and the attempt is on record (AUTHZ-5)', async () => {
  for (const [route, { role, prepare }] of samples) {
    // Anyone who is signed in may: there is nobody to refuse.
    if (role === undefined) continue;
    const { url, payload } = await prepare(await signedIn(service, { roles: [role] }));
    const stranger = await signedIn(service, { subject: 'mallory' });
    const tables = await fingerprint(service);
    const denied = await auditCount(service, 'denied');
    const answer = await stranger.send(methodOf(route), url, payload);
    assert.ok([403, 404].includes(answer.statusCode), `${route} answers ${answer.statusCode}`);
    assert.deepEqual(await fingerprint(service), tables, route);
    assert.equal(await auditCount(service, 'denied'), denied + 1, route);
  }
});

test('a change whose audit event cannot be written does not happen (OBS-1)', async () => {
  for (const [route, { role, prepare }] of samples) {
    const client = await signedIn(service, { roles: rolesOf(role) });
    const { url, payload } = await prepare(client);
    const tables = await fingerprint(service);
    await breakAudit(service);
    const answer = await client.send(methodOf(route), url, payload);
    await mendAudit(service);
    assert.equal(answer.statusCode, 500, route);
    assert.deepEqual(await fingerprint(service), tables, route);
  }
});

function changingRoutes(): string[] {
  return service.app.inventory
    .filter(({ method, access }) => !isSafe(method) && access.kind === 'allow')
    .map(({ method, url }) => `${method} ${url}`);
}

function methodOf(route: string): string {
  return route.slice(0, route.indexOf(' '));
}

function rolesOf(role: string | undefined): readonly string[] {
  return role === undefined ? [] : [role];
}
