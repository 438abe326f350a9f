import type { AsyncLocalStorage } from 'node:async_hooks';
import type { StatementTold, TransactionTold } from '../database/sessions.ts';
import type { NewSpan, OpenSpan } from './otlp.ts';
import type { Histogram } from './meters.ts';
import { statements, transactions, waits } from '../database/sessions.ts';

interface Watcher {
  readonly current: AsyncLocalStorage<OpenSpan>;
  readonly waits: Histogram;
  begin(span: NewSpan): OpenSpan;
}

/** One span per transaction with the count of each kind of statement, and the time spent waiting for the pool. */
export function watchDatabase({ current, waits: waited, begin }: Watcher): () => void {
  const spans = new WeakMap<object, OpenSpan>();
  const verbs = new WeakMap<OpenSpan, Map<string, number>>();
  const since = new WeakMap<object, bigint>();

  transactions.start.bindStore(current as AsyncLocalStorage<unknown>, (told: TransactionTold) => {
    const parent = current.getStore();
    const span = begin({ name: `transaction ${told.kind}`, kind: 'client', parent });
    span.set({ 'db.system.name': 'postgresql', 'app.transaction': told.kind });
    spans.set(told, span);
    verbs.set(span, new Map());
    return span;
  });

  const onTransaction = {
    asyncEnd(told: TransactionTold & { error?: unknown }) {
      const span = spans.get(told);
      if (!span) return;
      for (const [verb, count] of verbs.get(span) ?? [])
        span.set({ [`app.statements.${verb}`]: count });
      span.end('error' in told);
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
    start: (told: object) => void since.set(told, process.hrtime.bigint()),
    asyncEnd: (told: object) => {
      const start = since.get(told);
      if (start !== undefined) waited.record({}, Number(process.hrtime.bigint() - start) / 1e9);
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
