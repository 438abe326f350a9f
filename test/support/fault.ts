import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Run, runCli } from './cli.ts';
import { emptyFolder } from './folder.ts';

const SEAM = fileURLToPath(new URL('../e2e/faults/seam.mjs', import.meta.url));

/** What goes wrong right before a change to the disk. */
export interface Fault {
  /** The how manieth change it strikes at, counted from 1. */
  readonly at: number;
  readonly kill?: boolean;
  readonly signal?: NodeJS.Signals;
  /** The error that this and every later change that takes room fails with. */
  readonly fail?: string;
  /** A command that runs to its end in between. */
  readonly run?: readonly string[];
  /** By how many milliseconds the clock jumps. */
  readonly shift?: number;
  readonly log?: string;
}

/** Runs the command with a fault in it. */
export function runWithFault(args: readonly string[], cwd: string, fault: Fault): Promise<Run> {
  return runCli(args, { cwd, env: faulty(fault) });
}

export function faulty(fault: Fault): NodeJS.ProcessEnv {
  return { NODE_OPTIONS: `--import=${SEAM}`, FAULT: JSON.stringify(fault) };
}

/** The changes to the disk that a command makes, by the name of the call. */
export async function changesOf(args: readonly string[], cwd: string): Promise<string[]> {
  const log = join(emptyFolder(), 'calls');
  const { code, stderr } = await runWithFault(args, cwd, { at: 0, log });
  if (code !== 0) throw new Error(stderr);
  return readFileSync(log, 'utf8').trim().split('\n');
}

/** Two at a time, as many as the smallest CI machine has processors. */
export async function inPairs<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
