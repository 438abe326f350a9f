import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { describeApi } from '@app/platform/http/openapi';
import { deriveOpenApi } from '../../scripts/refresh.ts';
import type { TestApp } from '../../test/support/build-app.ts';
import { openTestApp } from '../../test/support/build-app.ts';
import { operationsOf } from '../../test/support/described.ts';
import { signedIn } from '../../test/support/signed-in.ts';

const OPENAPI = new URL('../../services/api/openapi.json', import.meta.url);

const document = JSON.parse(await deriveOpenApi());
const documented = operationsOf(document);

let service: TestApp;
before(async () => {
  const named = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  service = await openTestApp({ describe: describeApi(named) });
});
after(() => service.close());

test('it is OpenAPI 3.1, and every reference in it leads somewhere', () => {
  assert.equal(document.openapi, '3.1.0');
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    const path = /^#\/components\/schemas\/(\w+)$/.exec(name)?.[1] ?? name;
    assert.ok(document.components.schemas[path], name);
  }
});

test('an operation needs a session unless it names another proof, or none and why', () => {
  assert.deepEqual(document.security, [{ session: [] }]);
  for (const { method, url, security } of documented) {
    assert.equal(security.length, 1, `${method} ${url}`);
    for (const name of security.flatMap(Object.keys))
      assert.ok(name in document.components.securitySchemes, `${name} of ${method} ${url}`);
  }
});

test('every list in it has an end', () => {
  const text = JSON.stringify(document, (_, value) =>
    value?.type === 'array' && value.maxItems === undefined ? 'endless' : value,
  );
  assert.doesNotMatch(text, /"endless"/);
});

test('no query parameter that has a default has to be sent', () => {
  const parameters = documented.flatMap((operation) => operation.parameters);
  for (const { in: place, name, required, schema } of parameters)
    if (place === 'query') assert.ok(!(required && 'default' in schema), name);
});

test('it is served as it stands, to whoever is signed in', async () => {
  assert.equal((await service.app.inject('/openapi.json')).statusCode, 401);
  const answer = await (await signedIn(service)).send('GET', '/openapi.json');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(answer.body, readFileSync(OPENAPI, 'utf8'));
});
