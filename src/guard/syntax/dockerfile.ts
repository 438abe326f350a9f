/** Files that build an image. */
export const DOCKERFILE = /(?:^|\/)(?:[^/]{0,100}\.)?(?:Dockerfile|Containerfile)[^/]{0,100}$/i;

/** One instruction, its continued lines joined. */
export interface Instruction {
  /** In upper case. */
  readonly name: string;
  readonly rest: string;
  readonly offset: number;
}

export interface Stage {
  readonly image: string;
  readonly name: string;
  readonly offset: number;
  readonly instructions: readonly Instruction[];
}

/** The stages of an image, the last of which is what runs. */
export function stagesIn(content: string): Stage[] {
  const stages: { image: string; name: string; offset: number; instructions: Instruction[] }[] = [];
  for (const instruction of instructionsIn(content)) {
    if (instruction.name !== 'FROM') {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    const words = instruction.rest.split(/\s+/).filter((word) => !word.startsWith('--'));
    const name = /^as$/i.test(words[1] ?? '') ? (words[2] ?? '') : '';
    stages.push({ image: words[0] ?? '', name, offset: instruction.offset, instructions: [] });
  }
  return stages;
}

export function instructionsIn(content: string): Instruction[] {
  const instructions: Instruction[] = [];
  let offset = 0;
  let open: { name: string; rest: string; offset: number } | undefined;
  for (const line of content.split('\n')) {
    const text = line.trim();
    const start = offset + line.indexOf(text);
    offset += line.length + 1;
    if (text === '' || text.startsWith('#')) continue;
    const continues = text.endsWith('\\');
    const said = continues ? text.slice(0, -1) : text;
    if (open) open.rest += ` ${said}`;
    else {
      const [, name = '', rest = ''] = /^(\w{1,20})\s*(.*)$/s.exec(said) ?? [];
      open = { name: name.toUpperCase(), rest, offset: start };
    }
    if (continues) continue;
    instructions.push(open);
    open = undefined;
  }
  return open ? [...instructions, open] : instructions;
}
