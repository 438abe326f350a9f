import { mkdirSync, writeFileSync } from 'node:fs';
import { readHosts } from '../components/hosts.ts';
import { contributions } from '../modules.ts';
import { build } from '../components/program.ts';
import { capture } from './capture.ts';
import { settingsOf } from './example.ts';
import { drawingOf } from './drawing.ts';

export const ARCHITECTURE = new URL('../docs/architecture.md', import.meta.url);

/** The page as it has to be: what this project has, as production has it. */
export async function architecture(): Promise<string> {
  const { graph } = await capture(() => ({
    ...build(settingsOf({}), contributions, readHosts()),
  }));
  const resources = graph.filter(({ custom }) => custom).length;
  return `# Architecture

What \`infra/\` makes of this project, drawn from the ${resources} resources that it asks for in production. A box is a
boundary of trust, and an arrow a way that the security groups leave open: where there is none, nothing gets through.
\`npm run draw\` draws it anew, and a test fails while it is not as the program has it. (SUPPLY-5)

\`\`\`mermaid
${drawingOf(graph)}
\`\`\`
`;
}

export function draw(page: string): void {
  mkdirSync(new URL('./', ARCHITECTURE), { recursive: true });
  writeFileSync(ARCHITECTURE, page);
}
