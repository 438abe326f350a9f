import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { EgressDenied, denied } from '@app/platform/egress/denied';
import { exportersTo } from '@app/platform/telemetry/exporters';
import { ENDPOINT, telemetry } from '@app/platform/telemetry/module';
import { LONGEST_QUEUE, MOST_SERIES, openTelemetry } from '@app/platform/telemetry/telemetry';
import type { Export } from '../../platform/test/support/telemetry/samples.ts';
import { openReceiver } from '../../platform/test/support/telemetry/samples.ts';
import { openAppWithoutDatabase } from '../../test/support/open-app.ts';

// One export of full size leaves while the queue fills up.
const UNDERWAY = 512;

test('what is exported is OTLP in its JSON encoding', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const service = await openAppWithoutDatabase({
    modules: [telemetry],
    variables: { [ENDPOINT]: `${endpoint}/` },
  });
  await service.app.inject('/session');
  await service.app.inject('/readyz');
  await service.app.close();

  assert.deepEqual(new Set(exports.map(({ url }) => url)), new Set(['/v1/traces', '/v1/metrics']));
  assert.ok(exports.every(({ type }) => type === 'application/json'));
  const spans = spansIn(exports);
  assert.ok(spans.length >= 2);
  for (const span of spans) {
    assert.match(span.traceId, /^[0-9a-f]{32}$/);
    assert.match(span.spanId, /^[0-9a-f]{16}$/);
    assert.match(span.startTimeUnixNano, /^\d{19}$/);
    assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
  }
  assert.equal(pointsOf(exports, 'app.refusals')[0]?.asDouble, 1);
  const [point] = pointsOf(exports, 'http.server.request.duration');
  assert.equal(point?.count, 1);
  assert.equal(point.bucketCounts?.length, 15);
});

test('refusals of prompts and calls are counted by rule and reason, until the app closes', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const { app } = await openAppWithoutDatabase({
    modules: [telemetry],
    variables: { [ENDPOINT]: endpoint },
  });
  const prompts = channel('app.prompt.refused');
  prompts.publish({ rule: 'card-number', text: 'alice' });
  assert.ok(denied('unlisted', 'alice.example') instanceof EgressDenied);
  await app.close();
  assert.equal(prompts.hasSubscribers, false);
  assert.deepEqual(attributesOf(pointsOf(exports, 'app.prompts.refused')), ['rule=card-number']);
  assert.deepEqual(attributesOf(pointsOf(exports, 'app.egress.denied')), ['reason=unlisted']);
  assert.doesNotMatch(JSON.stringify(exports), /alice/);
});

test('a receiver that refuses costs a bounded queue, and what is lost is counted by cause (HOOK-6)', async (t) => {
  const { exports, endpoint } = await receiverOfMetrics(t);
  const opened = openTelemetry(endpoint, 'api');
  for (let count = 0; count < UNDERWAY + LONGEST_QUEUE + 3; count += 1)
    opened.tracer.startSpan('a').end();
  await opened.close();
  const lost = pointsOf(exports, 'otel.sdk.processor.span.processed').map((point) => [
    point.attributes.find(({ key }) => key === 'error.type')?.value.stringValue,
    point.asDouble,
  ]);
  assert.deepEqual(Object.fromEntries(lost), {
    queue_full: 3,
    export_failed: UNDERWAY + LONGEST_QUEUE,
  });
});

test('attributes of an open set cost a bounded number of series, and no count (HOOK-6)', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const opened = openTelemetry(endpoint, 'api');
  const counter = opened.meter.createCounter('open');
  for (let count = 0; count < 2 * MOST_SERIES; count += 1) counter.add(1, { count });
  await opened.close();
  const points = pointsOf(exports, 'open');
  assert.ok(points.length <= MOST_SERIES, String(points.length));
  assert.equal(
    points.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0),
    2 * MOST_SERIES,
  );
});

test('an exception that is recorded on a span by mistake stays here (HOOK-6)', async (t) => {
  const { exports, endpoint } = await receiver(t);
  const opened = openTelemetry(endpoint, 'api');
  const span = opened.tracer.startSpan('a');
  span.recordException(new Error('alice'));
  span.end();
  await opened.close();
  assert.equal(spansIn(exports).length, 1);
  assert.doesNotMatch(JSON.stringify(exports), /alice/);
});

test('an export that takes too long is lost', async (t) => {
  const { endpoint } = await receiver(t, () => {});
  assert.equal(await exported(endpoint, 20), 'export_failed');
});

test('an answer without end is not read', async (t) => {
  const { endpoint } = await receiver(t, (_request, response) => {
    Readable.from(endless())
      .on('error', () => {})
      .pipe(response.writeHead(200));
  });
  assert.equal(await exported(endpoint, 5_000), undefined);
});

test('without a receiver nothing of it is loaded, and nothing of the SDK', () => {
  const program = `
    const { registerHooks } = await import('node:module');
    registerHooks({
      load(url, context, next) {
        if (/@opentelemetry|[/]src[/]telemetry[/](?!module[.]ts)/.test(url)) throw new Error('loaded ' + url);
        return next(url, context);
      },
    });
    await import(${urlOf('platform/src/service/serve.ts')});
    await import(${urlOf('services/api/app.ts')});
    const { telemetry } = await import(${urlOf('platform/src/telemetry/module.ts')});
    await telemetry.observe({}, { environment: () => ({}) });
    const given = { environment: () => ({ ${ENDPOINT}: 'http://localhost:4318' }) };
    const loaded = await telemetry.observe({}, given).catch(({ message }) => message);
    process.stdout.write(String(loaded));`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { env: {}, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^loaded /);
});

function urlOf(path: string): string {
  return JSON.stringify(new URL(`../../${path}`, import.meta.url).href);
}

function* endless() {
  for (;;) yield 'x'.repeat(1_024);
}

// The name of the error, if there is one.
function exported(endpoint: string, timeoutMs: number): Promise<string | undefined> {
  const { spans } = exportersTo(endpoint, timeoutMs);
  return new Promise((resolve) => spans.export([], ({ error }) => resolve(error?.name)));
}

async function receiver(t: TestContext, answer?: RequestListener) {
  const opened = await openReceiver(answer);
  t.after(opened.close);
  return opened;
}

/** It accepts metrics, and no traces. */
async function receiverOfMetrics(t: TestContext) {
  const exports: Export[] = [];
  const { endpoint } = await receiver(t, async (request, response) => {
    const body = await text(request);
    exports.push({ url: request.url, type: request.headers['content-type'], body });
    response.writeHead(request.url === '/v1/traces' ? 503 : 200).end('{}');
  });
  return { exports, endpoint };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
}

interface Point {
  readonly asDouble?: number;
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
}

interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

function spansIn(exports: readonly Export[]): Span[] {
  return exports
    .filter((one) => one.url === '/v1/traces')
    .flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as Span[]);
}

function pointsOf(exports: readonly Export[], name: string): readonly Point[] {
  const last = exports.findLast((one) => one.url === '/v1/metrics');
  const scopes = JSON.parse(last?.body ?? assert.fail()).resourceMetrics[0].scopeMetrics as {
    metrics: Metric[];
  }[];
  const metric = scopes.flatMap(({ metrics }) => metrics).find((one) => one.name === name);
  return (metric?.sum ?? metric?.histogram)?.dataPoints ?? [];
}

function attributesOf(points: readonly Point[]): string[] {
  return points.flatMap(({ attributes }) =>
    attributes.map(({ key, value }) => `${key}=${value.stringValue}`),
  );
}
