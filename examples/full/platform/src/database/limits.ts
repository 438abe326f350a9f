// A statement that runs this long is a mistake or an attack on the pool; it frees its session.
export const STATEMENT_TIMEOUT_MS = 10_000;

// Waiting on a row is cheap to ask for: without an end, a few requests could hold every session.
export const LOCK_TIMEOUT_MS = 3_000;

// A transaction whose process hangs keeps its locks and stops vacuum; the server ends it.
export const IDLE_IN_TRANSACTION_TIMEOUT_MS = 15_000;

// How long a request may queue for a session before it is refused.
export const SESSION_WAIT_MS = 5_000;

// How long to wait before each further try at signing in, while a password is being replaced.
export const SIGN_IN_WAITS_MS = [50, 200, 600] as const;

// A few replicas of this size stay below the hundred connections a server takes by default.
export const POOL_SIZE = 10;

// A migration may rewrite a table, and another replica may be migrating: both take longer.
export const MIGRATION_TIMEOUT_MS = 10 * 60_000;
