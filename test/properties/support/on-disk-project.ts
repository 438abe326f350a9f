import { join } from 'node:path';
import type { Catalogue } from '../../../src/catalogue.ts';
import { createProject } from '../../../src/operations/create.ts';
import { type GenerateRequest, generateModule } from '../../../src/operations/generate.ts';
import type { Run, Sample } from './projects.ts';

/** Creates the project of a sample, before any of its runs, and returns its folder. */
export async function createdFrom(
  { name, answers, packageSpec }: Sample,
  parent: string,
  catalogue: Catalogue,
): Promise<string> {
  const request = { directory: join(parent, name), answers, packageSpec };
  return (await createProject(request, catalogue)).directory;
}

/** Creates the project of a sample with all that its runs add. */
export async function emittedFrom(
  sample: Sample,
  parent: string,
  catalogue: Catalogue,
): Promise<string> {
  const directory = await createdFrom(sample, parent, catalogue);
  for (const run of sample.runs) await generateModule(requestFor(run, directory), catalogue);
  return directory;
}

/** The run as `generate` takes it. */
export function requestFor({ generator, name, answers }: Run, directory: string): GenerateRequest {
  return { directory, generator, answers, ...(name === '' ? {} : { name }) };
}
