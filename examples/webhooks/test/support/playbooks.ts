import { globSync, readFileSync } from 'node:fs';

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
