import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { StatementTold, TransactionTold } from '../database/sessions.ts';
import { statements, transactions, waits } from '../database/sessions.ts';
import type { DenialTold } from '../egress/denied.ts';
import { told } from '../egress/denied.ts';
import type { Attributes, Metric, NewSpan, OpenSpan, SpanLink } from './otlp.ts';
import { openExporter } from './otlp.ts';

// https://www.w3.org/TR/trace-context/#traceparent-header
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * The trace of the sender becomes a link, never our trace id: a client that chooses the id could write into another
 * client's trace. Baggage and tracestate are free text, and are not read.
 */
export function linkOf(header: unknown): SpanLink | undefined {
  const [, traceId, spanId] = (typeof header === 'string' && TRACE_PARENT.exec(header)) || [];
  return traceId && spanId ? { traceId, spanId } : undefined;
}

export type Telemetry = ReturnType<typeof openTelemetry>;

const NANOSECONDS = 1_000_000_000;

// Published where a module has a client of a model.
const promptRefused = channel('app.prompt.refused');

interface PromptTold {
  readonly rule: string;
}

/** Sends spans and metrics of this process to one receiver. They contain no caller and no input. (HOOK-6) */
export function openTelemetry(endpoint: string, service: string) {
  const current = new AsyncLocalStorage<OpenSpan>();
  const requests = histogram('http.server.request.duration');
  const poolWaits = histogram('app.database.wait');
  const refusals = counter('app.refusals');
  const masked = counter('app.log.masked');
  const egressDenied = counter('app.egress.denied');
  const promptsRefused = counter('app.prompts.refused');
  const delay = monitorEventLoopDelay();
  delay.enable();
  const exporter = openExporter(endpoint, service, readMetrics);
  const telemetry = { current, requests, poolWaits, refusals, masked, begin, close };
  const unwatch = watchDatabase(telemetry);
  told.subscribe(countDenial);
  promptRefused.subscribe(countPrompt);
  return telemetry;

  function countDenial(denial: unknown): void {
    egressDenied.add({ reason: (denial as DenialTold).reason });
  }

  function countPrompt(refused: unknown): void {
    promptsRefused.add({ rule: (refused as PromptTold).rule });
  }

  function begin({ name, kind, parent, link }: NewSpan): OpenSpan {
    const ids = { traceId: parent?.traceId ?? hex(16), spanId: hex(8) };
    const attributes: Record<string, string | number | boolean> = {};
    const clock = process.hrtime.bigint();
    const start = BigInt(Date.now()) * 1_000_000n;
    return {
      ...ids,
      parent,
      set: (more) => void Object.assign(attributes, more),
      end: (failed) => {
        const end = start + process.hrtime.bigint() - clock;
        const above = parent && { parentSpanId: parent.spanId };
        exporter.queue({
          ...ids,
          ...above,
          name,
          kind,
          start,
          end,
          attributes,
          failed,
          ...(link && { link }),
        });
      },
    };
  }

  function readMetrics(): readonly Metric[] {
    const figures = { p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max };
    delay.reset();
    const points = Object.entries(figures).map(([quantile, value]) => ({
      attributes: { quantile },
      value: value / NANOSECONDS,
    }));
    return [
      requests.read(),
      poolWaits.read(),
      refusals.read(),
      masked.read(),
      egressDenied.read(),
      promptsRefused.read(),
      { kind: 'gauge', name: 'nodejs.eventloop.delay', unit: 's', points },
      {
        kind: 'sum',
        name: 'app.telemetry.dropped',
        unit: '1',
        points: [{ attributes: {}, value: exporter.dropped() }],
      },
    ];
  }

  async function close(): Promise<void> {
    unwatch();
    told.unsubscribe(countDenial);
    promptRefused.unsubscribe(countPrompt);
    delay.disable();
    await exporter.close();
  }
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

interface Watcher {
  readonly current: AsyncLocalStorage<OpenSpan>;
  readonly poolWaits: Histogram;
  begin(span: NewSpan): OpenSpan;
}

/** One span per transaction, with the count of each kind of statement, and the time of each wait for the pool. */
function watchDatabase({ current, poolWaits, begin }: Watcher): () => void {
  const spans = new WeakMap<object, OpenSpan>();
  const verbs = new WeakMap<OpenSpan, Map<string, number>>();
  const since = new WeakMap<object, bigint>();

  transactions.start.bindStore(
    current as AsyncLocalStorage<unknown>,
    (transaction: TransactionTold) => {
      const parent = current.getStore();
      const span = begin({ name: `transaction ${transaction.kind}`, kind: 'client', parent });
      span.set({ 'db.system.name': 'postgresql', 'app.transaction': transaction.kind });
      spans.set(transaction, span);
      verbs.set(span, new Map());
      return span;
    },
  );

  const onTransaction = {
    asyncEnd(transaction: TransactionTold & { error?: unknown }) {
      const span = spans.get(transaction);
      if (!span) return;
      for (const [verb, count] of verbs.get(span) ?? [])
        span.set({ [`app.statements.${verb}`]: count });
      span.end('error' in transaction);
    },
  };
  const onStatement = {
    start({ verb }: StatementTold) {
      const span = current.getStore();
      const counts = span && verbs.get(span);
      counts?.set(verb, (counts.get(verb) ?? 0) + 1);
    },
  };
  const onWait = {
    start: (wait: object) => void since.set(wait, process.hrtime.bigint()),
    asyncEnd: (wait: object) => {
      const start = since.get(wait);
      if (start !== undefined) poolWaits.record({}, Number(process.hrtime.bigint() - start) / 1e9);
    },
  };
  transactions.subscribe(onTransaction as never);
  statements.subscribe(onStatement as never);
  waits.subscribe(onWait as never);
  return () => {
    transactions.start.unbindStore(current as AsyncLocalStorage<unknown>);
    transactions.unsubscribe(onTransaction as never);
    statements.unsubscribe(onStatement as never);
    waits.unsubscribe(onWait as never);
  };
}

// Attributes come from closed sets. The limit bounds memory if one of them does not.
const MOST_SERIES = 500;

// In seconds, as the OpenTelemetry semantic conventions recommend for requests.
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

interface Series<Value> {
  readonly attributes: Attributes;
  readonly value: Value;
}

interface Counter {
  add(attributes: Attributes, by?: number): void;
  read(): Metric;
}

interface Histogram {
  record(attributes: Attributes, seconds: number): void;
  read(): Metric;
}

/** Counts since the start of the process, so that a lost export loses no counts. */
function counter(name: string): Counter {
  const series = seriesOf(() => ({ count: 0 }));
  return {
    add: (attributes, by = 1) => {
      const found = series.of(attributes);
      if (found) found.count += by;
    },
    read: () => {
      const points = series
        .all()
        .map(({ attributes, value }) => ({ attributes, value: value.count }));
      return { kind: 'sum', name, unit: '1', points };
    },
  };
}

function histogram(name: string): Histogram {
  const series = seriesOf(() => ({ counts: [...BOUNDS, Infinity].map(() => 0), sum: 0 }));
  return {
    record: (attributes, seconds) => {
      const found = series.of(attributes);
      if (!found) return;
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      const index = bucket < 0 ? BOUNDS.length : bucket;
      found.counts[index] = (found.counts[index] ?? 0) + 1;
      found.sum += seconds;
    },
    read: () => {
      const points = series.all().map(({ attributes, value }) => ({
        attributes,
        bounds: BOUNDS,
        counts: [...value.counts],
        sum: value.sum,
      }));
      return { kind: 'histogram', name, unit: 's', points };
    },
  };
}

function seriesOf<Value>(fresh: () => Value) {
  const series = new Map<string, Series<Value>>();
  return {
    of: (attributes: Attributes): Value | undefined => {
      const key = JSON.stringify(attributes);
      const known = series.get(key);
      if (known) return known.value;
      if (series.size >= MOST_SERIES) return undefined;
      const added = { attributes, value: fresh() };
      series.set(key, added);
      return added.value;
    },
    all: (): Series<Value>[] => [...series.values()],
  };
}
