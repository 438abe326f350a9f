import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

/** Under the first name that the module has anywhere: not each that brings variables brings routes. */
function nameOf(entry: Entry): string {
  const { registers } = entry.generator;
  const register = (['api', 'infra', 'cloud'] as const).find((name) => registers[name]);
  return identifierOf(entry, register);
}

const importLine = (entry: Entry): string =>
  `import { env as ${nameOf(entry)} } from './modules/${entry.instance.module}/env.ts';`;

/** Which environment variables the modules add to the configuration. */
export const moduleEnv: Seam = {
  path: 'services/api/env.ts',
  takes: (entry) => entry.generator.registers.env === true,
  compose: (entries, packageSpec) =>
    header(packageSpec) +
    entries.map((entry) => `${importLine(entry)}\n`).join('') +
    (entries.length > 0 ? '\n' : '') +
    bracketed(
      'export const moduleEnv = ',
      '{',
      entries.map((entry) => `...${nameOf(entry)}`),
      '}',
    ),
  holds: (text, entry) => text.includes(`'./modules/${entry.instance.module}/env.ts'`),
  lines: (entry) => [importLine(entry), `...${nameOf(entry)}, (in the object \`moduleEnv\`)`],
};
