import { tracingChannel } from 'node:diagnostics_channel';

export interface TransactionTold {
  readonly kind: 'tenant' | 'system' | 'command' | 'login';
}

export interface StatementTold {
  readonly verb: string;
}

// What may be watched from outside: kinds and durations. The text of a statement, its values, the
// caller and the reason are not told, so nobody who listens can repeat them. (HOOK-6)
export const transactions = tracingChannel<unknown, TransactionTold>('app.database.transaction');
export const statements = tracingChannel<unknown, StatementTold>('app.database.statement');
export const waits = tracingChannel<unknown, object>('app.database.wait');

const VERBS: ReadonlySet<string> = new Set([
  'select',
  'insert',
  'update',
  'delete',
  'with',
  'begin',
  'commit',
  'rollback',
  'set',
]);

/** The first word of a statement, if it is one of a few. */
export function verbOf(text: string): string {
  const word = /^\s*([a-z]{1,10})\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
  return VERBS.has(word) ? word : 'other';
}
