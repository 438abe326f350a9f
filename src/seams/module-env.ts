import type { Entry } from '../plan/project.ts';
import { identifierOf } from './identifier.ts';
import { type Seam, bracketed, header } from './seam.ts';

/** Under the first name that the module has anywhere: not each that brings variables brings routes. */
function nameOf(entry: Entry): string {
  const { registers } = entry.generator;
  const register = (['infra', 'api', 'cloud'] as const).find((name) => registers[name]);
  return identifierOf(entry, register);
}

function fileOf({ generator, instance }: Entry): string {
  const { env } = generator.registers;
  return typeof env === 'string' ? `'${env}'` : `'./modules/${instance.module}/env.ts'`;
}

const importLine = (entry: Entry): string =>
  `import { env as ${nameOf(entry)} } from ${fileOf(entry)};`;

/** Which environment variables the modules add to the configuration. */
export const moduleEnv: Seam = {
  path: 'services/api/env.ts',
  takes: (entry) => entry.generator.registers.env !== undefined,
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
  holds: (text, entry) => text.includes(fileOf(entry)),
  lines: (entry) => [importLine(entry), `...${nameOf(entry)}, (in the object \`moduleEnv\`)`],
};
