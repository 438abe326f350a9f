import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { TestContext } from 'node:test';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import type { Database } from '@app/platform/database/database';
import { openExporter, LONGEST_QUEUE } from '@app/platform/telemetry/otlp';
import { telemetryTo } from '@app/platform/telemetry/requests';
import { openTestDatabase } from '../../platform/test/support/database.ts';
import { openApp } from '../../test/support/open-app.ts';
import type { Exported } from '../../platform/test/support/egress-servers.ts';
import { openReceiver } from '../../platform/test/support/egress-servers.ts';
import { signedIn } from '../../test/support/signed-in.ts';

let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

test('a request becomes one span and one duration, with pattern, status and decision (HOOK-6)', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const observation = telemetryTo(endpoint);
  const service = await openApp({ modules: [], database, observe: observation.observe });
  const client = await signedIn(service, { subject: 'alice' });
  assert.equal((await client.send('GET', '/session')).statusCode, 200);
  await service.app.inject('/nowhere/alice?token=alice');
  await observation.close();

  const spans = spansOf(exports);
  const request = spans.find(({ name }) => name === 'GET /session');
  assert.ok(request);
  assert.deepEqual(attributesOf(request), {
    'app.decision': { stringValue: 'allow' },
    'app.request.id': attributesOf(request)['app.request.id'],
    'http.request.method': { stringValue: 'GET' },
    'http.response.status_code': { intValue: '200' },
    'http.route': { stringValue: '/session' },
  });
  const within = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
  const transactions = new Set(within.map(({ name, traceId }) => `${name} in ${traceId}`));
  assert.deepEqual(
    transactions,
    new Set(['system', 'tenant'].map((kind) => `transaction ${kind} in ${request.traceId}`)),
  );
  for (const name of within.flatMap((span) => Object.keys(attributesOf(span))))
    assert.match(name, /^(db\.system\.name|app\.transaction|app\.statements\.[a-z]+)$/);
  assert.ok(spans.some(({ name }) => name === 'GET none'));
  assert.doesNotMatch(JSON.stringify(exports), /alice|acme/);
});

test('what is exported is OTLP in its JSON encoding', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const observation = telemetryTo(`${endpoint}/`);
  const service = await openApp({ modules: [], database, observe: observation.observe });
  await service.app.inject('/session');
  await observation.close();

  assert.deepEqual(new Set(exports.map(({ url }) => url)), new Set(['/v1/traces', '/v1/metrics']));
  assert.ok(exports.every(({ type }) => type === 'application/json'));
  for (const span of spansOf(exports)) {
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.match(span.startTimeUnixNano, /^\d{19}$/);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
    assert.ok([2, 3].includes(span.kind));
  }
  const metrics = metricsOf(exports);
  assert.deepEqual([...metrics.keys()].toSorted(), [
    'app.database.wait',
    'app.egress.denied',
    'app.log.masked',
    'app.prompts.refused',
    'app.refusals',
    'app.telemetry.dropped',
    'http.server.request.duration',
    'nodejs.eventloop.delay',
  ]);
  assert.match(JSON.stringify(metrics.get('app.refusals')), /unauthenticated.*"asDouble":1/);
  const [point] = (metrics.get('http.server.request.duration') as never as Histogram).histogram
    .dataPoints;
  assert.equal(point?.count, '1');
  assert.equal(point.bucketCounts.length, point.explicitBounds.length + 1);
});

test('a sender does not choose our trace id: its own becomes a link, its baggage nothing (HOOK-6)', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const observation = telemetryTo(endpoint);
  const service = await openApp({ modules: [], database, observe: observation.observe });
  const theirs = { traceId: '0123456789abcdef'.repeat(2), spanId: '89abcdef01234567' };
  const traceparent = `00-${theirs.traceId}-${theirs.spanId}-01`;
  await service.app.inject({
    url: '/livez',
    headers: { traceparent, baggage: 'user=alice', tracestate: 'a=alice' },
  });
  await service.app.inject({
    url: '/livez',
    headers: { traceparent: `00-${'0'.repeat(32)}-alice-01` },
  });
  await observation.close();

  const [first, second] = spansOf(exports).filter(({ name }) => name === 'GET /livez');
  assert.deepEqual(first?.links, [theirs]);
  assert.notEqual(first?.traceId, theirs.traceId);
  assert.equal(second?.links, undefined);
  assert.doesNotMatch(JSON.stringify(exports), /alice/);
});

test('a receiver that never answers holds up no request and no shutdown', async (t) => {
  const { endpoint } = await receiver(t, () => {});
  const observation = telemetryTo(endpoint);
  const service = await openApp({ modules: [], database, observe: observation.observe });
  assert.equal((await service.app.inject('/livez')).statusCode, 200);
  const exporter = openExporter(endpoint, 'api', () => []);
  exporter.queue(SPAN);
  await Promise.all([exporter.close(10), service.app.close()]);
});

test('a receiver that is down costs a bounded queue, and what is lost is counted', async () => {
  const exporter = openExporter('http://127.0.0.1:1', 'api', () => []);
  for (let count = 0; count < LONGEST_QUEUE + 3; count += 1) exporter.queue(SPAN);
  assert.equal(exporter.dropped(), 3);
  await exporter.close();
  assert.equal(exporter.dropped(), LONGEST_QUEUE + 3);
});

test('telemetry follows no redirect: where it goes is configured (HOOK-6)', async (t) => {
  const { exports, endpoint: elsewhere } = await receiver(t);
  const { endpoint } = await receiver(t, (_request, response) => {
    response.writeHead(307, { location: `${elsewhere}/v1/traces` }).end();
  });
  const exporter = openExporter(endpoint, 'api', () => []);
  exporter.queue(SPAN);
  await exporter.close();
  assert.deepEqual(exports, []);
  assert.equal(exporter.dropped(), 1);
});

test('a receiver that hangs costs its spans, and no connection outlives the exporter', async (t) => {
  const asked = Promise.withResolvers<ServerResponse>();
  const { endpoint } = await receiver(t, (_request, response) => asked.resolve(response));
  const patient = openExporter(endpoint, 'api', () => [], 60_000);
  patient.queue(SPAN);
  const waiting = patient.close(60_000);
  const response = await asked.promise;
  await Promise.all([patient.close(0), waiting]);
  if (!response.closed) await once(response, 'close', { signal: AbortSignal.timeout(2_000) });

  const impatient = openExporter(endpoint, 'api', () => [], 20);
  impatient.queue(SPAN);
  await impatient.close();
  assert.equal(impatient.dropped(), 1);
});

test('an answer without end is not read', async (t) => {
  const { endpoint } = await receiver(t, (_request, response) => {
    Readable.from(endless())
      .on('error', () => {})
      .pipe(response.writeHead(200));
  });
  const exporter = openExporter(endpoint, 'api', () => [], 500);
  exporter.queue(SPAN);
  await exporter.close();
  assert.equal(exporter.dropped(), 0);
});

function* endless() {
  for (;;) yield 'x'.repeat(1_024);
}

const SPAN = {
  traceId: 'a'.repeat(32),
  spanId: 'a'.repeat(16),
  name: 'a',
  kind: 'internal',
  start: 0n,
  end: 1n,
  attributes: {},
  failed: false,
} as const;

interface SpanDocument {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly links?: readonly object[];
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

interface Histogram {
  readonly histogram: {
    readonly dataPoints: readonly {
      readonly count: string;
      readonly bucketCounts: readonly string[];
      readonly explicitBounds: readonly number[];
    }[];
  };
}

function spansOf(exports: readonly Exported[]): SpanDocument[] {
  return exports
    .filter(({ url }) => url === '/v1/traces')
    .flatMap(({ body }) => body['resourceSpans']?.[0]?.['scopeSpans']?.[0]?.['spans'] ?? []);
}

function metricsOf(exports: readonly Exported[]): Map<string, object> {
  const last = exports.filter(({ url }) => url === '/v1/metrics').at(-1);
  const metrics: { name: string }[] =
    last?.body['resourceMetrics']?.[0]?.['scopeMetrics']?.[0]?.['metrics'] ?? [];
  return new Map(metrics.map((metric) => [metric.name, metric]));
}

function attributesOf({ attributes }: SpanDocument): Record<string, object | undefined> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]).toSorted());
}

async function receiver(t: TestContext, answer?: RequestListener) {
  const opened = await openReceiver(answer);
  t.after(opened.close);
  return opened;
}

test('without a receiver nothing of it is loaded', () => {
  const program = `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (url.includes('/platform/src/telemetry/')) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(new URL('../../platform/src/service/serve.ts', import.meta.url).href)});
    await import(${JSON.stringify(new URL('../../services/api/app.ts', import.meta.url).href)});`;
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env: {}, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
});
