import type { ChildProcess } from 'node:child_process';
import type { execa } from 'execa';
import { forwardSignals } from '../commit/signals.ts';
import type { StepResult } from './step-result.ts';

/** Enough of a failing command's output to see why, and no more than a screen. */
const SHOWN_LINES = 25;
/** Longer than any honest install or test: a registry that never answers must not hold a terminal or a CI job for good. */
const MAX_MINUTES = 15;
/** How long a command may take to end in order once it was told to. */
const GRACE_MILLISECONDS = 5_000;

/** The tree stands already, so even this is a failed step and not a failed run. */
const DAMAGED =
  'The installed package of create-secure-app is damaged: a part of it is missing. Install it again.';

/** Runs a command in the project and says in words how it ended. Never throws. */
export async function command(
  root: string,
  name: string,
  file: string,
  args: readonly string[],
): Promise<StepResult> {
  const step = { name, command: [file, ...args].join(' ') };
  const execa = await loadExeca();
  if (!execa) return { ...step, ok: false, detail: DAMAGED };
  const child = execa(file, args, {
    cwd: root,
    reject: false,
    all: true,
    stdin: 'ignore',
    env: { FORCE_COLOR: '0' },
    detached: GROUPS,
  });
  const ending = endable(child);
  const result = await child;
  const { interrupted, timedOut } = ending.done();
  const output = result.all ?? '';
  if (result.exitCode === 0) return { ...step, ok: true, detail: output };
  const why = (): string => {
    if (interrupted) return 'It was interrupted.';
    if (timedOut) return `It was ended after ${MAX_MINUTES} minutes.`;
    if (result.code === 'ENOENT')
      return `${file} was not found: it is not installed, or its folder is not on the PATH.`;
    return output ? '' : (result.shortMessage ?? '');
  };
  const detail = [...output.split('\n').slice(-SHOWN_LINES), why()].filter((line) => line !== '');
  return {
    ...step,
    ok: false,
    detail: detail.join('\n'),
    ...(interrupted ? { interrupted } : {}),
  };
}

/** Loaded when the first step runs: a run that installs nothing should not pay for it. */
async function loadExeca(): Promise<typeof execa | undefined> {
  try {
    return (await import('execa')).execa;
  } catch {
    return undefined;
  }
}

/** npm starts processes of its own, which would outlive it and hold our terminal: the whole group is ended. */
const GROUPS = process.platform !== 'win32';

/** Ends a command by the signal that would have ended us, or after the limit; by force if it does not listen. */
function endable(child: ChildProcess): {
  readonly done: () => {
    readonly interrupted: NodeJS.Signals | undefined;
    readonly timedOut: boolean;
  };
} {
  let timedOut = false;
  let force: NodeJS.Timeout | undefined;
  const end = (signal: NodeJS.Signals): void => {
    signalGroup(child, force ? 'SIGKILL' : signal);
    force ??= setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MILLISECONDS);
  };
  const forwarding = forwardSignals(end);
  const limit = setTimeout(() => {
    timedOut = true;
    end('SIGTERM');
  }, MAX_MINUTES * 60_000);
  return {
    done: () => {
      clearTimeout(limit);
      clearTimeout(force);
      return { interrupted: forwarding.end(), timedOut };
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(GROUPS ? -pid : pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
