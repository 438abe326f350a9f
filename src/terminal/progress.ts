import { style } from './style.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MILLISECONDS = 80;

/** Shows that a slow step is at work, and whether it succeeded. On standard error, so that standard output stays for results. */
export async function withProgress<T extends { readonly ok: boolean }>(
  label: string,
  work: () => Promise<T>,
): Promise<T> {
  const stream = process.stderr;
  const started = process.hrtime.bigint();
  const stop = stream.isTTY ? spin(label, stream) : plain(label, stream);
  try {
    const result = await work();
    stop(result.ok ? style('green', '✔', stream) : style('red', '✖', stream), seconds(started));
    return result;
  } catch (cause) {
    stop(style('red', '✖', stream), seconds(started));
    throw cause;
  }
}

type Stop = (mark: string, time: string) => void;

function spin(label: string, stream: NodeJS.WriteStream): Stop {
  let frame = 0;
  const draw = (): void => {
    stream.write(`\r${FRAMES[frame % FRAMES.length] ?? ''} ${label}`);
    frame += 1;
  };
  draw();
  const timer = setInterval(draw, FRAME_MILLISECONDS);
  return (mark, time) => {
    clearInterval(timer);
    stream.write(`\r\u001b[2K${mark} ${label} ${style('dim', time, stream)}\n`);
  };
}

function plain(label: string, stream: NodeJS.WriteStream): Stop {
  return (mark, time) => void stream.write(`${mark} ${label} ${time}\n`);
}

function seconds(started: bigint): string {
  return `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`;
}
