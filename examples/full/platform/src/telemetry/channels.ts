import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Channel } from 'node:diagnostics_channel';
import { channel } from 'node:diagnostics_channel';
import type { Attributes, Histogram, Meter, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { StatementTold, TransactionTold } from '../database/sessions.ts';
import { statements, transactions, waits } from '../database/sessions.ts';
import type { DenialTold } from '../egress/denied.ts';
import { told } from '../egress/denied.ts';
import type { DecisionTold } from '../http/authorize.ts';
import { decisions } from '../http/authorize.ts';
import type { RefusalTold } from '../http/problems.ts';
import { refusals } from '../http/problems.ts';
import type { MaskedTold } from '../logging/log.ts';
import { maskedLines } from '../logging/log.ts';

// By name: the module that publishes it may not be installed.
const promptRefused = channel('app.prompt.refused');

/** What runs at this moment: a request, or a transaction within one. */
export interface Work {
  readonly span: Span;
  /** Undefined: the transaction belongs to no request. */
  readonly request: Span | undefined;
  readonly statements?: Map<string, number>;
}

type Listener = readonly [Channel, (published: unknown) => void];

/** Counts what the platform publishes, by kind: no channel has data of a request. (HOOK-6) */
export function countTold(meter: Meter, current: AsyncLocalStorage<Work>): () => void {
  const listeners: readonly Listener[] = [
    [
      decisions,
      (decision) => {
        const outcome = (decision as DecisionTold).allow ? 'allow' : 'deny';
        // The decision runs in a transaction, whose span is a child of the request's.
        current.getStore()?.request?.setAttribute('app.decision', outcome);
      },
    ],
    counted<RefusalTold>(refusals, 'app.refusals', ({ problem }) => ({ problem })),
    counted<MaskedTold>(maskedLines, 'app.log.masked', ({ kind }) => ({ kind })),
    counted<DenialTold>(told, 'app.egress.denied', ({ reason }) => ({ reason })),
    counted<{ rule: string }>(promptRefused, 'app.prompts.refused', ({ rule }) => ({ rule })),
  ];
  for (const [source, listener] of listeners) source.subscribe(listener);
  return () => {
    for (const [source, listener] of listeners) source.unsubscribe(listener);
  };

  function counted<Told>(source: Channel, name: string, of: (told: Told) => Attributes): Listener {
    const counter = meter.createCounter(name);
    return [source, (published) => counter.add(1, of(published as Told))];
  }
}

/** One span per transaction, with the count of each kind of statement, and the time of each wait for the pool. */
export function watchDatabase(
  tracer: Tracer,
  current: AsyncLocalStorage<Work>,
  poolWaits: Histogram,
): () => void {
  const running = new WeakMap<object, Work>();
  const since = new WeakMap<object, number>();
  const store = current as AsyncLocalStorage<unknown>;

  transactions.start.bindStore(store, (transaction: TransactionTold) => {
    const above = current.getStore();
    const span = tracer.startSpan(
      `transaction ${transaction.kind}`,
      {
        kind: SpanKind.CLIENT,
        attributes: { 'db.system.name': 'postgresql', 'app.transaction': transaction.kind },
      },
      above ? trace.setSpan(ROOT_CONTEXT, above.span) : ROOT_CONTEXT,
    );
    const work = { span, request: above?.request, statements: new Map<string, number>() };
    running.set(transaction, work);
    return work;
  });

  const onTransaction = {
    asyncEnd(transaction: TransactionTold & { error?: unknown }) {
      const { span, statements: counts = [] } = running.get(transaction) ?? {};
      for (const [verb, count] of counts) span?.setAttribute(`app.statements.${verb}`, count);
      if ('error' in transaction) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
  };
  const onStatement = {
    start({ verb }: StatementTold) {
      const counts = current.getStore()?.statements;
      counts?.set(verb, (counts.get(verb) ?? 0) + 1);
    },
  };
  const onWait = {
    start: (wait: object) => void since.set(wait, performance.now()),
    asyncEnd: (wait: object) => {
      const start = since.get(wait);
      if (start !== undefined) poolWaits.record((performance.now() - start) / 1_000);
    },
  };
  transactions.subscribe(onTransaction as never);
  statements.subscribe(onStatement as never);
  waits.subscribe(onWait as never);
  return () => {
    transactions.start.unbindStore(store);
    transactions.unsubscribe(onTransaction as never);
    statements.unsubscribe(onStatement as never);
    waits.unsubscribe(onWait as never);
  };
}
