// A statement that runs longer is a mistake or an attack on the pool: ending it frees its session.
export const STATEMENT_TIMEOUT_MS = 10_000;

// Without this limit, a few requests that wait for a locked row could hold every session.
export const LOCK_TIMEOUT_MS = 3_000;

// The server ends the transaction of a process that hangs, because it keeps its locks and stops vacuum.
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

// How long a request may queue for a session before it is refused.
export const SESSION_WAIT_MS = 5_000;

// Delays before each retry of a login, while a password is being replaced.
export const SIGN_IN_WAITS_MS = [50, 200, 600] as const;

// A few replicas with pools of this size stay below PostgreSQL's default of 100 connections.
export const POOL_SIZE = 10;

// A migration may rewrite a table or wait for the migration of another replica.
export const MIGRATION_TIMEOUT_MS = 10 * 60_000;
