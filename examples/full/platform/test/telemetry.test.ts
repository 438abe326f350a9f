import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import { openApp } from '../../test/support/open-app.ts';
import { signedIn } from '../../test/support/signed-in.ts';
import type { Database } from '../src/database/database.ts';
import { invalidValues } from '../src/service/environment.ts';
import { ENDPOINT, env, telemetry } from '../src/telemetry/module.ts';
import { openTestDatabase } from './support/database.ts';
import { withEnvironment } from './support/environment.ts';
import type { Export } from './support/telemetry/samples.ts';
import { openReceiver } from './support/telemetry/samples.ts';

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

test('a span holds pattern, method, status and decision, and nothing else of a request (HOOK-6)', async (t) => {
  const { exports, app, service } = await observed(t);
  const client = await signedIn(service, { subject: 'alice' });
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
  await app.inject({ url: '/nowhere/alice?token=alice', headers: { 'user-agent': 'alice' } });
  await app.close();

  const request = spansIn(exports).find(({ name }) => name === 'GET /session');
  assert.ok(request);
  assert.deepEqual(attributesOf(request), {
    'app.decision': { stringValue: 'allow' },
    'app.request.id': attributesOf(request)['app.request.id'],
    'http.request.method': { stringValue: 'GET' },
    'http.response.status_code': { intValue: 200 },
    'http.route': { stringValue: '/session' },
  });
  const within = spansIn(exports).filter(({ parentSpanId }) => parentSpanId === request.spanId);
  assert.deepEqual(
    new Set(within.map(({ name, traceId }) => `${name} in ${traceId}`)),
    new Set(['system', 'tenant'].map((kind) => `transaction ${kind} in ${request.traceId}`)),
  );
  for (const name of within.flatMap((span) => Object.keys(attributesOf(span))))
    assert.match(name, /^(db\.system\.name|app\.transaction|app\.statements\.[a-z]+)$/);
  assert.ok(spansIn(exports).some(({ name }) => name === 'GET none'));
  assert.doesNotMatch(JSON.stringify(exports), /alice|acme/);
});

test('the trace of a sender becomes a link, and its baggage is not read (HOOK-6)', async (t) => {
  const { exports, app } = await observed(t);
  const theirs = { traceId: '0123456789abcdef'.repeat(2), spanId: '89abcdef01234567' };
  const traceparent = `00-${theirs.traceId}-${theirs.spanId}-01`;
  const headers = { traceparent, baggage: 'user=alice', tracestate: 'a=alice' };
  await app.inject({ url: '/livez', headers });
  await app.inject({ url: '/livez', headers: { traceparent: `00-${'0'.repeat(32)}-alice-01` } });
  await app.close();

  const [first, second] = spansIn(exports).filter(({ name }) => name === 'GET /livez');
  const [link] = first?.links ?? [];
  assert.deepEqual([link?.traceId, link?.spanId], [theirs.traceId, theirs.spanId]);
  assert.notEqual(first?.traceId, theirs.traceId);
  assert.equal(first?.parentSpanId, undefined);
  assert.deepEqual(second?.links, []);
  assert.doesNotMatch(JSON.stringify(exports), /alice/);
});

test('exports leave through the guarded fetch, and follow no redirect (HOOK-4)', async (t) => {
  const elsewhere = await receiver(t);
  const { app } = await observed(t, (_request, response) => {
    response.writeHead(307, { location: `${elsewhere.endpoint}/v1/traces` }).end();
  });
  const guarded = t.mock.method(globalThis, 'fetch');
  await app.inject('/livez');
  await app.close();
  assert.equal(guarded.mock.callCount(), 2);
  assert.deepEqual(elsewhere.exports, []);
});

test('no variable of the OpenTelemetry SDK changes what is sent, or to where (HOOK-4)', async (t) => {
  const elsewhere = await receiver(t);
  withEnvironment(t, {
    [ENDPOINT]: elsewhere.endpoint,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: elsewhere.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'x=mallory',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=mallory',
    OTEL_SERVICE_NAME: 'mallory',
    OTEL_TRACES_SAMPLER: 'always_off',
    OTEL_SDK_DISABLED: 'true',
    OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1',
  });
  const { exports, app } = await observed(t);
  await app.inject('/livez');
  await app.close();
  assert.deepEqual(elsewhere.exports, []);
  assert.ok(Object.keys(attributesOf(spansIn(exports)[0] ?? assert.fail())).length > 1);
  assert.doesNotMatch(JSON.stringify(exports), /mallory|host\.name|process\./);
});

test('a receiver is reached over https or on this machine, without a password (HOOK-4)', () => {
  const credential = new URL('https://collector.example');
  credential.password = credential.hostname;
  for (const endpoint of ['http://collector.example', credential.href])
    assert.equal(invalidValues(env, { [ENDPOINT]: endpoint }).length, 1, endpoint);
});

test('a receiver that hangs delays no request, and a shutdown by two seconds (HOOK-6)', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const { app } = await observed(t, (_request, response) => asked.resolve(response));
  assert.equal((await app.inject('/livez')).statusCode, 200);
  const started = performance.now();
  await app.close();
  // Without the deadline, two exports would wait for five seconds each.
  assert.ok(performance.now() - started < 8_000);
  const response = await asked.promise;
  if (!response.closed) await once(response, 'close', { signal: AbortSignal.timeout(2_000) });
});

async function observed(t: TestContext, answer?: RequestListener) {
  const { endpoint, exports } = await receiver(t, answer);
  const variables = { [ENDPOINT]: endpoint };
  const service = await openApp({ modules: [telemetry], database, variables });
  return { exports, service, app: service.app };
}

async function receiver(t: TestContext, answer?: RequestListener) {
  const opened = await openReceiver(answer);
  t.after(opened.close);
  return opened;
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

function spansIn(exports: readonly Export[]): Span[] {
  return exports
    .filter(({ url }) => url === '/v1/traces')
    .flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as Span[]);
}

function attributesOf({ attributes }: Span): Record<string, object | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}
