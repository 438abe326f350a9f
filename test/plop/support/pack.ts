import nodePlop, { type NodePlopAPI } from 'node-plop';
import type { Catalogue } from '../../../src/catalogue.ts';
import { register } from '../../../src/plop.ts';

/** What a run of plop's actions comes to. */
export interface Outcome {
  readonly changes: readonly unknown[];
  readonly failures: readonly { readonly error: string }[];
}

/** Plop with our pack in it, working below a folder. */
export async function packIn(folder: string, catalogue: Catalogue): Promise<NodePlopAPI> {
  const plop = await nodePlop('', { destBasePath: folder, force: false });
  register(plop, catalogue);
  return plop;
}

export async function runActions(
  plop: NodePlopAPI,
  generator: string,
  answers: Record<string, unknown>,
): Promise<Outcome> {
  return (await plop.getGenerator(generator).runActions(answers)) as unknown as Outcome;
}
