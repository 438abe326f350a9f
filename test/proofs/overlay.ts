import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROOFS = fileURLToPath(new URL('.', import.meta.url));

/** Where the proofs of each subject stand in a project: `proofs/<subject>`. */
const FOLDER = 'proofs';

/** What a subject proves, where not every project has it. The other subjects are in each. */
const NEEDS: Readonly<Record<string, string>> = {
  infra: 'infra/package.json',
  aws: 'platform/src/aws',
  mail: 'platform/src/mail',
  'aws-mail': 'platform/src/aws/mailer.ts',
  jobs: 'platform/src/jobs',
  // The module has the name that the mutated project gives it.
  'model-client': 'services/api/modules/model-client-disk',
  webhooks: 'platform/src/webhooks',
  'outbound-webhooks': 'platform/src/outbound-webhooks',
  telemetry: 'platform/src/telemetry',
};

/** The subject that the proofs of another one import. */
const IMPORTED: Readonly<Record<string, string>> = {
  aws: 'contracts',
  egress: 'contracts',
  jobs: 'contracts',
  local: 'contracts',
  'aws-mail': 'mail',
};

/** The subjects that a project has something of, in the order of their names. */
export function subjectsFor(project: string): readonly string[] {
  return readdirSync(PROOFS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((subject) => existsSync(join(project, NEEDS[subject] ?? '')))
    .toSorted();
}

/**
 * Copies the proofs into a project that may be changed. They import its code by relative paths: `../../platform/src/`.
 * Those of the infrastructure use the packages of `infra/`.
 */
export function overlayProofs(project: string, subjects = subjectsFor(project)): void {
  mkdirSync(join(project, FOLDER), { recursive: true });
  for (const subject of new Set(subjects.flatMap((name) => [name, IMPORTED[name] ?? name])))
    cpSync(join(PROOFS, subject), join(project, FOLDER, subject), { recursive: true });
  linkInfraToProofs(project);
}

/** A proof of the infrastructure finds packages beside itself, as they are installed in `infra/`. */
export function linkInfraToProofs(project: string): void {
  const folder = join(project, FOLDER, 'infra');
  if (existsSync(folder)) symlinkSync('../../infra/node_modules', join(folder, 'node_modules'));
}
