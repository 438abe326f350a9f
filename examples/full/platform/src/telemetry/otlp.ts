// OTLP over HTTP in JSON: ids are hex, 64-bit integers are strings, enums are numbers.
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
// Written here, because the SDK and its two exporters are 13 packages and 28 MB.

export type Attributes = Readonly<Record<string, string | number | boolean>>;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Attributes;
  readonly link?: { readonly traceId: string; readonly spanId: string };
  readonly failed: boolean;
}

export type Metric =
  | {
      readonly kind: 'sum' | 'gauge';
      readonly name: string;
      readonly unit: string;
      readonly points: readonly NumberPoint[];
    }
  | {
      readonly kind: 'histogram';
      readonly name: string;
      readonly unit: string;
      readonly points: readonly HistogramPoint[];
    };

interface NumberPoint {
  readonly attributes: Attributes;
  readonly value: number;
}

interface HistogramPoint {
  readonly attributes: Attributes;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

const SPAN_KIND = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;
const CUMULATIVE = 2;

const scope = { name: '@app/platform/telemetry' };

function tracesDocument(service: string, spans: readonly Span[]): object {
  return {
    resourceSpans: [
      { resource: resourceOf(service), scopeSpans: [{ scope, spans: spans.map(spanOf) }] },
    ],
  };
}

function metricsDocument(
  service: string,
  metrics: readonly Metric[],
  from: bigint,
  to: bigint,
): object {
  const times = { startTimeUnixNano: String(from), timeUnixNano: String(to) };
  const written = metrics.map((metric) => ({
    name: metric.name,
    unit: metric.unit,
    ...dataOf(metric, times),
  }));
  return {
    resourceMetrics: [
      { resource: resourceOf(service), scopeMetrics: [{ scope, metrics: written }] },
    ],
  };
}

function spanOf({ link, kind, start, end, attributes, failed, ...named }: Span): object {
  return {
    ...named,
    kind: SPAN_KIND[kind],
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: keyValues(attributes),
    ...(link && { links: [link] }),
    status: failed ? { code: STATUS_ERROR } : {},
  };
}

function dataOf(metric: Metric, times: object): object {
  if (metric.kind === 'histogram') {
    const dataPoints = metric.points.map(({ attributes, bounds, counts, sum }) => ({
      ...times,
      attributes: keyValues(attributes),
      count: String(counts.reduce((total, count) => total + count, 0)),
      sum,
      bucketCounts: counts.map(String),
      explicitBounds: bounds,
    }));
    return { histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
  }
  const dataPoints = metric.points.map(({ attributes, value }) => ({
    ...times,
    attributes: keyValues(attributes),
    asDouble: value,
  }));
  if (metric.kind === 'gauge') return { gauge: { dataPoints } };
  return { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
}

function resourceOf(service: string): object {
  return { attributes: keyValues({ 'service.name': service }) };
}

function keyValues(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
}

export interface OpenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: OpenSpan | undefined;
  set(attributes: Attributes): void;
  end(failed: boolean): void;
}

export interface NewSpan {
  readonly name: string;
  readonly kind: Span['kind'];
  readonly parent?: OpenSpan | undefined;
  readonly link?: SpanLink | undefined;
}

// While the receiver is down, this many spans are queued, and further ones are dropped.
export const LONGEST_QUEUE = 2_048;

const EXPORT_EVERY_MS = 10_000;
const EXPORT_TIMEOUT_MS = 5_000;

interface Exporter {
  queue(span: Span): void;
  dropped(): number;
  /** Sends the queue, but waits no longer than the deadline, so that it does not delay a shutdown. */
  close(deadlineMs?: number): Promise<void>;
}

const FLUSH_DEADLINE_MS = 2_000;

/** Queues spans, and sends them by a timer, so that no request waits for the receiver. */
export function openExporter(
  endpoint: string,
  service: string,
  readMetrics: () => readonly Metric[],
  timeoutMs: number = EXPORT_TIMEOUT_MS,
): Exporter {
  const closed = new AbortController();
  const started = now();
  let spans: Span[] = [];
  let lost = 0;
  let sending: Promise<void> | undefined;
  const timer = setInterval(() => void flush(), EXPORT_EVERY_MS).unref();

  return {
    queue: (span) => {
      if (spans.length < LONGEST_QUEUE) spans.push(span);
      else lost += 1;
    },
    dropped: () => lost,
    close: async (deadlineMs = FLUSH_DEADLINE_MS) => {
      clearInterval(timer);
      const late = Promise.withResolvers<void>();
      const giveUp = setTimeout(late.resolve, deadlineMs);
      await Promise.race([flush().then(flush), late.promise]);
      clearTimeout(giveUp);
      // Abort pending requests: a receiver that hangs would keep the process alive.
      closed.abort();
    },
  };

  // One export at a time, so that a slow receiver gets no second one.
  function flush(): Promise<void> {
    sending ??= send().finally(() => (sending = undefined));
    return sending;
  }

  async function send(): Promise<void> {
    const batch = spans;
    spans = [];
    if (batch.length > 0 && !(await post('v1/traces', tracesDocument(service, batch))))
      lost += batch.length;
    await post('v1/metrics', metricsDocument(service, readMetrics(), started, now()));
  }

  // Uses the global fetch, which the egress guard checks.
  // Lost spans are counted and not retried: retries would overload a receiver that recovers.
  async function post(path: string, document: object): Promise<boolean> {
    try {
      const answer = await fetch(`${endpoint.replace(/\/$/, '')}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(document),
        // Do not follow redirects: the configuration decides where telemetry goes.
        redirect: 'error',
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]),
      });
      // Only the status matters. Do not read the body, which may be endless.
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
