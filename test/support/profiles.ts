import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../src/catalogue.ts';
import { createProject } from '../../src/operations/create.ts';
import { presets } from '../../src/presets.ts';

/** The golden trees: folder below `examples/` to what `create` is given. */
export const PROFILES: Readonly<
  Record<string, { readonly preset: string; readonly name: string }>
> = {
  minimal: { preset: 'minimal', name: 'minimal' },
};

/** Where the golden tree of a profile stands. */
export function exampleFolder(profile: string): string {
  return fileURLToPath(new URL(`../../examples/${profile}`, import.meta.url));
}

/** Emits a profile below `parent` and returns its folder. */
export async function emit(profile: string, parent: string, catalogue: Catalogue): Promise<string> {
  const { preset = 'minimal', name = profile } = PROFILES[profile] ?? {};
  const { directory } = await createProject(
    { directory: join(parent, name), answers: { ...presets[preset]?.answers } },
    catalogue,
  );
  return directory;
}
