import { readFileSync } from 'node:fs';

export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile in order, continued lines joined, comments left out. */
export function instructionsOf(file: string): Instruction[] {
  return readFileSync(file, 'utf8')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

/** Each stage with the instructions in it, the first being its FROM. */
export function stagesOf(instructions: readonly Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.name === 'FROM') stages.push([instruction]);
    else stages.at(-1)?.push(instruction);
  }
  return stages;
}

/** What an instruction in exec form says; undefined when it is absent. */
export function execForm(stage: readonly Instruction[], name: string): readonly string[] {
  const found = stage.findLast((instruction) => instruction.name === name);
  const list = found?.rest.slice(found.rest.indexOf('['));
  return JSON.parse(list ?? '[]') as string[];
}

/** Whether .dockerignore keeps a path of the context out: the last line that matches it, or a folder above it, decides. */
export function ignores(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => ({ kept: line.startsWith('!'), pattern: asPattern(line.replace(/^!/, '')) }));
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.kept === false;
}

function asPattern(glob: string): RegExp {
  const source = glob
    .split(/(\*\*\/|\*)/)
    .map((part) =>
      part === '**/' ? '(?:.*/)?' : part === '*' ? '[^/]*' : part.replaceAll('.', '\\.'),
    )
    .join('');
  return new RegExp(`^${source}(?:/.*)?$`);
}
