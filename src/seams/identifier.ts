import type { Entry } from '../plan/project.ts';
import { respell } from '../render/specimen.ts';

/** An identifier that the module exports, in the user's spelling. */
export function identifierOf(
  { generator, instance }: Entry,
  register: 'api' | 'cloud' | 'infra' | 'jobs' = 'api',
): string {
  const exported = generator.registers[register] ?? '';
  return generator.specimen ? respell(exported, generator.specimen, instance.name) : exported;
}
