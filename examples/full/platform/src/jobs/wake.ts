import { channel } from 'node:diagnostics_channel';

// Within this process. Others look every second: telling them would make every commit wait for the one before.
const enqueued = channel('app.jobs.enqueued');

export function wakeWorkers(): void {
  enqueued.publish({});
}

/** Calls when there may be something to do, until what it returns is called. */
export function onWake(call: () => void): () => void {
  const listener = (): void => call();
  enqueued.subscribe(listener);
  return () => void enqueued.unsubscribe(listener);
}
