// What one statement takes: more make it slower for whoever came first, and no faster for the others.
const MOST_ROWS = 128;

// What waits is held in memory with its body. Beyond that whoever sends is told to come back.
const MOST_WAITING = 2_048;

// A row that the database does not take: data that is wrong, or a constraint that does not hold.
const FAULT_OF_A_ROW = /^2[23]/;

/** So many wait that one more would cost too much. */
export class Crowded extends Error {}

interface Waiting<Row, Result> {
  readonly row: Row;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what arrives at the same time together, one flush at a time: whoever comes during a flush
 * goes with the next one, and nobody waits for a timer. Each is answered by what became of its own row.
 */
export function groupCommit<Row, Result>(
  write: (rows: readonly Row[]) => Promise<readonly Result[]>,
): (row: Row) => Promise<Result> {
  const waiting: Waiting<Row, Result>[] = [];
  let flushing = false;

  return (row) => {
    if (waiting.length >= MOST_WAITING) return Promise.reject(new Crowded('Too many wait.'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ row, resolve, reject });
    if (!flushing) {
      flushing = true;
      setImmediate(() => void flushAll());
    }
    return promise;
  };

  async function flushAll(): Promise<void> {
    while (waiting.length > 0) await flush(waiting.splice(0, MOST_ROWS));
    flushing = false;
  }

  async function flush(batch: readonly Waiting<Row, Result>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ row }) => row));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      // One that the database refuses must not take its neighbours along. (HOOK-3)
      if (batch.length > 1 && isFaultOfRow(error)) for (const one of batch) await flush([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}

function isFaultOfRow(error: unknown): boolean {
  return FAULT_OF_A_ROW.test(String((error as { code?: unknown } | undefined)?.code));
}
