// What one statement takes: more make it slower for whoever came first, and no faster for the others.
const MOST_ROWS = 128;
// A statement is one text: of large rows it takes fewer, or there would be none that long. One always goes.
const MOST_BYTES = 4 * 1024 * 1024;

// What waits is held in memory with its body, while a database is slow. Beyond that whoever sends is told to come back.
const MOST_WAITING = 2_048;
const MOST_BYTES_WAITING = 64 * 1024 * 1024;

// A row that the database does not take: data that is wrong, or a constraint that does not hold.
const FAULT_OF_A_ROW = /^2[23]/;

/** So many wait that one more would cost too much. */
export class Crowded extends Error {}

interface Waiting<Row, Result> {
  readonly row: Row;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes what arrives at the same time together, one flush at a time: whoever comes during a flush
 * goes with the next one, and nobody waits for a timer. Each is answered by what became of its own row.
 */
export function groupCommit<Row, Result>(
  write: (rows: readonly Row[]) => Promise<readonly Result[]>,
  bytesOf: (row: Row) => number,
): (row: Row) => Promise<Result> {
  const waiting: Waiting<Row, Result>[] = [];
  let bytesWaiting = 0;
  let flushing = false;

  return (row) => {
    const bytes = bytesOf(row);
    if (waiting.length >= MOST_WAITING || bytesWaiting + bytes > MOST_BYTES_WAITING)
      return Promise.reject(new Crowded('Too many wait.'));
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.push({ row, bytes, resolve, reject });
    bytesWaiting += bytes;
    if (!flushing) {
      flushing = true;
      setImmediate(() => void flushAll());
    }
    return promise;
  };

  async function flushAll(): Promise<void> {
    while (waiting.length > 0) await flush(takeBatch());
    flushing = false;
  }

  function takeBatch(): readonly Waiting<Row, Result>[] {
    let [count, bytes] = [0, 0];
    for (const next of waiting.slice(0, MOST_ROWS)) {
      if (count > 0 && bytes + next.bytes > MOST_BYTES) break;
      bytes += next.bytes;
      count += 1;
    }
    bytesWaiting -= bytes;
    return waiting.splice(0, count);
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
