import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deriveOpenApi } from '../../scripts/refresh.ts';
import { problems } from '@app/platform/http/problems';
import { openTestApp } from '../support/build-app.ts';
import { signedIn } from '../support/signed-in.ts';

const OPENAPI = new URL('../../services/api/openapi.json', import.meta.url);

interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: object;
  }[];
  readonly responses: Readonly<Record<string, object>>;
}

const document = JSON.parse(await deriveOpenApi());
const operations = Object.entries(
  document.paths as Record<string, Record<string, Operation>>,
).flatMap(([url, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method, url, operation })),
);

test('the description in the repository is the one that the routes make', async () => {
  assert.equal(readFileSync(OPENAPI, 'utf8'), await deriveOpenApi(), 'Run `npm run refresh`.');
});

test('it is OpenAPI 3.1, and every reference in it leads somewhere', () => {
  assert.equal(document.openapi, '3.1.0');
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    const path = /^#\/components\/schemas\/(\w+)$/.exec(name)?.[1] ?? name;
    assert.ok(document.components.schemas[path], name);
  }
});

test('every operation lists its refusals, in the one shape there is (CHECK-11)', () => {
  const known = new Set(Object.values(problems).map(({ status }) => String(status)));
  assert.ok(operations.length > 0);
  for (const { method, url, operation } of operations) {
    const refused = Object.entries(operation.responses).filter(([status]) => status >= '400');
    assert.ok(
      refused.some(([status]) => status === '400'),
      `${method} ${url}`,
    );
    assert.ok(
      Object.keys(operation.responses).some((status) => status < '300'),
      `${method} ${url}`,
    );
    assert.equal(
      '401' in operation.responses,
      operation.security !== undefined,
      `${method} ${url}`,
    );
    for (const [status, response] of refused) {
      assert.ok(known.has(status), `${method} ${url} ${status}`);
      assert.match(JSON.stringify(response), /problem\+json.*schemas\/Problem"/);
    }
  }
});

test('no query parameter that has a default has to be sent', () => {
  const parameters = operations.flatMap(({ operation }) => operation.parameters ?? []);
  for (const { in: place, name, required, schema } of parameters)
    if (place === 'query') assert.ok(!(required && 'default' in schema), name);
});

test('it is served as it stands, to whoever is signed in', async (t) => {
  const service = await openTestApp();
  t.after(() => service.close());
  assert.equal((await service.app.inject('/openapi.json')).statusCode, 401);
  const answer = await (await signedIn(service)).send('GET', '/openapi.json');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(answer.body, readFileSync(OPENAPI, 'utf8'));
});
