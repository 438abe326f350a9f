import type { Metric, Span } from './otlp.ts';
import { metricsDocument, tracesDocument } from './otlp.ts';

// A receiver that is down costs this many spans of memory, and then spans.
export const LONGEST_QUEUE = 2_048;

const EXPORT_EVERY_MS = 10_000;
const EXPORT_TIMEOUT_MS = 5_000;

interface Exporter {
  queue(span: Span): void;
  dropped(): number;
  /** Sends what is queued, and waits no longer than the deadline: a shutdown is not held up. */
  close(deadlineMs?: number): Promise<void>;
}

const FLUSH_DEADLINE_MS = 2_000;

/** Nobody waits for it: a span is put into a queue, and a timer of its own sends them. */
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
      // A receiver that hangs would keep the process, and what was sent to it, beyond its end.
      closed.abort();
    },
  };

  // One at a time: a slow receiver is not sent to twice.
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

  // The global fetch, because whatever guards this process's way out guards that one too.
  // Lost spans are counted and not sent again: a queue of retries is what a receiver that recovers drowns in.
  async function post(path: string, document: object): Promise<boolean> {
    try {
      const answer = await fetch(`${endpoint.replace(/\/$/, '')}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(document),
        // Where telemetry goes is configured, and not the receiver's to change.
        redirect: 'error',
        signal: AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]),
      });
      // Its status is all that is asked of it: a body without end is none of ours.
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
