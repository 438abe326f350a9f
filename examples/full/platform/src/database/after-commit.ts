import type { SystemTx, TenantTx } from './transaction.ts';

const waiting = new WeakMap<object, (() => void)[]>();

/** Calls once the transaction has committed, and never if it does not. Nothing waits for it. */
export function afterCommit({ sql }: TenantTx | SystemTx, call: () => void): void {
  const calls = waiting.get(sql);
  if (calls) calls.push(call);
  else waiting.set(sql, [call]);
}

/** For whoever commits. */
export function callAfterCommit(transaction: object): void {
  for (const call of waiting.get(transaction) ?? []) call();
}
