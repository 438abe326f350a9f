import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../../src/catalogue.ts';
import { createProject } from '../../src/operations/create.ts';
import { type GenerateRequest, generateModule } from '../../src/operations/generate.ts';
import { presets } from '../../src/presets.ts';

export interface Profile {
  readonly preset: string;
  /** What is added to it afterwards, in this order. */
  readonly runs?: readonly Omit<GenerateRequest, 'directory'>[];
}

/** The golden trees: folder below `examples/` to what `create` and `generate` are given. */
export const PROFILES: Readonly<Record<string, Profile>> = {
  minimal: { preset: 'minimal' },
  full: {
    preset: 'minimal',
    runs: [
      { generator: 'webhook', name: 'stripe' },
      { generator: 'webhook', name: 'github' },
      { generator: 'webhook', name: 'billing-partner' },
      {
        generator: 'webhook',
        name: 'warehouse',
        answers: { scheme: 'custom', signaturePrefix: 'v1=', signed: '{timestamp}.{id}.{body}' },
      },
      { generator: 'outbound-webhook', name: 'orders' },
      {
        generator: 'integration',
        name: 'address-lookup',
        answers: { baseUrl: 'https://api.address.example' },
      },
      { generator: 'model-client', name: 'assistant' },
      { generator: 'telemetry' },
    ],
  },
};

/** Where the golden tree of a profile stands. */
export function exampleFolder(profile: string): string {
  return fileURLToPath(new URL(`../../examples/${profile}`, import.meta.url));
}

/** Emits a profile below `parent` and returns its folder. */
export async function emit(profile: string, parent: string, catalogue: Catalogue): Promise<string> {
  const { preset = 'minimal', runs = [] } = PROFILES[profile] ?? {};
  const { directory } = await createProject(
    { directory: join(parent, profile), answers: { ...presets[preset]?.answers } },
    catalogue,
  );
  for (const run of runs) await generateModule({ directory, ...run }, catalogue);
  return directory;
}
