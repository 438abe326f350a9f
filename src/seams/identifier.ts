import type { Entry } from '../plan/project.ts';
import { respell } from '../render/specimen.ts';

/** The identifier that the module's index.ts exports, in the user's spelling. */
export function identifierOf({ generator, instance }: Entry): string {
  const exported = generator.registers.api ?? '';
  return generator.specimen ? respell(exported, generator.specimen, instance.name) : exported;
}
