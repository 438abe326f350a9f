/** Hands out what there are few of: whoever finds none free waits in line. */
export function lanesOf<Lane>(free: Lane[]) {
  const waiting: ((lane: Lane) => void)[] = [];

  return async function inLane<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = free.pop() ?? (await new Promise<Lane>((resolve) => waiting.push(resolve)));
    try {
      return await work(lane);
    } finally {
      const next = waiting.shift();
      if (next) next(lane);
      else free.push(lane);
    }
  };
}
