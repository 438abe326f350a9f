import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meter, Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { EXPORT_TIMEOUT_MS, exportersTo } from './exporters.ts';

// While the receiver is down, this many spans are queued, and further ones are dropped.
export const LONGEST_QUEUE = 2_048;

// Attributes come from closed sets. The limit bounds memory if one does not: further series are added up in one.
export const MOST_SERIES = 500;

const EXPORT_EVERY_MS = 10_000;

// A receiver that hangs delays a shutdown by no more than this.
const FLUSH_DEADLINE_MS = 2_000;

const SCOPE = '@app/platform/telemetry';
const NANOSECONDS = 1_000_000_000;

export interface Telemetry {
  readonly tracer: Tracer;
  readonly meter: Meter;
  /** Sends what is queued, but waits no longer than the deadline. */
  close(deadlineMs?: number): Promise<void>;
}

/**
 * The parts of the SDK that are needed, each with its options in code. None is registered globally, so a package that
 * calls the OpenTelemetry API adds nothing to what is sent. (HOOK-6)
 */
export function openTelemetry(
  endpoint: string,
  service: string,
  timeoutMs: number = EXPORT_TIMEOUT_MS,
): Telemetry {
  const exporters = exportersTo(endpoint, timeoutMs);
  // The default resource would add the path of the program, and detectors read OTEL_* variables.
  const resource = resourceFromAttributes({ 'service.name': service });
  const reader = new PeriodicExportingMetricReader({
    exporter: exporters.metrics,
    exportIntervalMillis: EXPORT_EVERY_MS,
    exportTimeoutMillis: EXPORT_EVERY_MS,
    cardinalityLimits: { default: MOST_SERIES },
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const processor = new BatchSpanProcessor({
    exporter: exporters.spans,
    scheduledDelayMillis: EXPORT_EVERY_MS,
    maxQueueSize: LONGEST_QUEUE,
    // Counts lost spans, by cause.
    selfObsMeterProvider: meters,
  });
  const tracers = new TracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
    // A recorded exception is an event, and its message may quote a request. (HOOK-6)
    spanLimits: { eventCountLimit: 0 },
  });
  const meter = meters.getMeter(SCOPE);
  const stopMeasuring = measureEventLoop(meter);
  return { tracer: tracers.getTracer(SCOPE), meter, close };

  async function close(deadlineMs = FLUSH_DEADLINE_MS): Promise<void> {
    const late = Promise.withResolvers<void>();
    const giveUp = setTimeout(late.resolve, deadlineMs);
    await Promise.race([flush(), late.promise]);
    clearTimeout(giveUp);
    exporters.abort();
    stopMeasuring();
  }

  // Metrics last, because they count the spans that were lost.
  async function flush(): Promise<void> {
    await tracers.shutdown().catch(() => {});
    await exporters.settled();
    await meters.shutdown();
  }
}

function measureEventLoop(meter: Meter): () => void {
  const delay = monitorEventLoopDelay();
  delay.enable();
  meter.createObservableGauge('nodejs.eventloop.delay', { unit: 's' }).addCallback((observed) => {
    const figures = { p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max };
    for (const [quantile, value] of Object.entries(figures))
      observed.observe(value / NANOSECONDS, { quantile });
    delay.reset();
  });
  return () => delay.disable();
}
