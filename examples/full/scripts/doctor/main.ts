import { fileURLToPath } from 'node:url';
import type { Examine } from './finding.ts';
import { dataFolder } from './data-folder.ts';
import { derivedFiles } from './derived-files.ts';
import { gitHooks, trackedSecrets } from './git.ts';
import { installedPackages, lockIntegrity } from './lock.ts';
import { managedFiles } from './managed-files.ts';
import { npmSettings } from './npm.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const WITHOUT_PACKAGES: readonly Examine[] = [
  npmSettings,
  lockIntegrity,
  installedPackages,
  dataFolder,
  gitHooks,
  trackedSecrets,
  managedFiles,
];

// Imported once there are packages to import.
async function withPackages(): Promise<readonly Examine[]> {
  const { embeddedMigrations } = await import('./migrations.ts');
  const { port } = await import('./port.ts');
  return [derivedFiles, embeddedMigrations, port];
}

export async function main(): Promise<number> {
  const findings = await all(WITHOUT_PACKAGES);
  // What runs the project's own code says nothing of use while its packages are not the locked ones.
  const isInstalled = (await installedPackages(ROOT)).length === 0;
  if (isInstalled) findings.push(...(await all(await withPackages())));
  for (const { says, mend } of findings) process.stdout.write(`${says}\n  mend: ${mend}\n`);
  if (findings.length === 0) process.stdout.write('Nothing is wrong with this checkout.\n');
  return findings.length === 0 ? 0 : 1;
}

async function all(examinations: readonly Examine[]) {
  return (await Promise.all(examinations.map((examine) => examine(ROOT)))).flat();
}
