import type { Metric, Span } from './otlp.ts';
import { metricsDocument, tracesDocument } from './otlp.ts';

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
