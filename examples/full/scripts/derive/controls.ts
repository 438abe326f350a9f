import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from './root.ts';

export interface Control {
  readonly module: string;
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly code: readonly string[];
  readonly tests: readonly string[];
  readonly asvs: readonly string[];
  readonly pci: readonly string[];
}

// What follows it is written here; what stands before it is yours.
const HEADING = '\n## Controls\n';

export async function derive(current: string | undefined): Promise<string> {
  const [text, rest] = current?.split(HEADING) ?? [];
  if (rest === undefined) throw new Error('SECURITY.md must end with a heading "## Controls".');
  return `${text}${HEADING}\n${tableOf(readControls(fileURLToPath(ROOT)))}`;
}

export function isTableMissing(current: string | undefined): boolean {
  return current?.split(HEADING)[1]?.trim() === '';
}

export function readControls(root: string): Control[] {
  const files = globSync('security/controls/*.json', { cwd: root }).toSorted();
  return files.flatMap((file) => {
    const { module, controls } = JSON.parse(readFileSync(`${root}${file}`, 'utf8')) as {
      module: string;
      controls: Omit<Control, 'module'>[];
    };
    return controls.map((control) => ({ module, ...control }));
  });
}

function tableOf(controls: readonly Control[]): string {
  const rows = controls
    .toSorted(byId)
    .map((control) => [
      control.id,
      `**${control.title}.** ${control.claim}`,
      paths(control.code),
      paths(control.tests),
      [...control.asvs.map((id) => `ASVS ${id}`), ...control.pci.map((id) => `PCI ${id}`)].join(
        ', ',
      ),
    ]);
  const head = ['Control', 'Claim', 'Code', 'Tests', 'Supports'];
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

function byId(a: Control, b: Control): number {
  const order = a.id.localeCompare(b.id, 'en', { numeric: true });
  return order || a.module.localeCompare(b.module, 'en');
}

function paths(files: readonly string[]): string {
  return files.map((file) => `\`${file}\``).join('<br>');
}
