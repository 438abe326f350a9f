const HELD = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

let holding = false;
let received: NodeJS.Signals | undefined;

/**
 * Holds back the signals that would end the process while it writes: the commit is short, and ends whole. A signal that
 * came meanwhile ends the process right after.
 */
export function withSignalsHeld<T>(work: () => T): T {
  if (!holding) {
    holding = true;
    for (const signal of HELD) process.on(signal, hold);
    // Signals reach JavaScript between turns of the event loop, so after this one it is safe to listen no more.
    setImmediate(release);
  }
  return work();
}

function hold(signal: NodeJS.Signals): void {
  received = signal;
}

function release(): void {
  holding = false;
  for (const signal of HELD) process.off(signal, hold);
  if (received) process.kill(process.pid, received);
}
