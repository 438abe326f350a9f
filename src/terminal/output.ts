let lost = false;

/** A reader that has seen enough (`| head`) is no failure; a result that could not be written (a full disk) is one. */
export function watchOutput(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') lost = true;
  });
  process.stderr.on('error', () => undefined);
}

/**
 * Waits until all that was printed has left the process: an exit before that cuts long output to a pipe short.
 *
 * @returns whether it could be written.
 */
export async function outputDone(): Promise<boolean> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (lost)
    process.stderr.write('✖ The output could not be written: is the disk it goes to full?\n');
  return !lost;
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((done) => {
    stream.write('', () => setImmediate(done));
  });
}
