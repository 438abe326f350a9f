import { globSync, readFileSync } from 'node:fs';
import type { Database } from '@app/platform/database/database';

export interface Playbook {
  readonly path: string;
  readonly text: string;
  readonly about: ReadonlyMap<string, string>;
  // Commands that the test runs, a fence each.
  readonly runs: readonly string[];
}

export function readPlaybooks(root: string): Playbook[] {
  const paths = globSync('playbooks/*.md', { cwd: root }).toSorted();
  return paths.map((path) => playbookOf(path, readFileSync(`${root}${path}`, 'utf8')));
}

/** A copy of the project, in which the service runs and an operator does what a playbook says. */
export interface Incident {
  readonly folder: string;
  // With what its placeholders stand for.
  run(command: string): { readonly status: number | null; readonly stdout: string };
}

/** What is so before the commands of a playbook run, and after. */
export interface Drill {
  readonly values?: Readonly<Record<string, string>>;
  // What has happened by then: before the service starts, into its database and its folder.
  readonly data?: (database: Database, folder: string) => Promise<void>;
  readonly before?: (incident: Incident) => unknown;
  readonly after: (incident: Incident) => unknown;
}

/** By the path of the playbook. */
export type Drills = Readonly<Record<string, Drill>>;

function playbookOf(path: string, text: string): Playbook {
  const front = /^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? '';
  const about = front.split('\n').map((line) => line.split(': ', 2) as [string, string]);
  const fences = [...text.matchAll(/^```sh run\n(.*?)^```$/gms)].map(([, fence = '']) => fence);
  return { path, text, about: new Map(about), runs: fences };
}

// Scripts that a command line, or a text with some in it, names.
export function scriptsIn(text: string): string[] {
  return [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = '']) => name);
}
