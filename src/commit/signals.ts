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

/**
 * Hands the signals that would end this process to `pass` instead, until `end` is called, which says whether one came:
 * a child is ended with us, and there is time left to say what is done and what is not.
 */
export function forwardSignals(pass: (signal: NodeJS.Signals) => void): {
  readonly end: () => NodeJS.Signals | undefined;
} {
  let came: NodeJS.Signals | undefined;
  const forward = (signal: NodeJS.Signals): void => {
    came = signal;
    pass(signal);
  };
  for (const signal of HELD) process.on(signal, forward);
  return {
    end: () => {
      for (const signal of HELD) process.off(signal, forward);
      return came;
    },
  };
}
