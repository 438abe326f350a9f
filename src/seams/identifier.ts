import type { Entry } from '../plan/project.ts';
import { respell } from '../render/specimen.ts';

/** An identifier that the module exports, in the user's spelling. */
export function identifierOf(
  { generator, instance }: Entry,
  register: 'api' | 'cloud' | 'infra' | 'jobs' = 'api',
): string {
  const registered = generator.registers[register] ?? '';
  const exported = typeof registered === 'string' ? registered : registered.name;
  return generator.specimen ? respell(exported, generator.specimen, instance.name) : exported;
}

/** Where an index in `services/api/` imports that identifier from, in quotes. */
export function importPathOf({ generator, instance }: Entry, register: 'api' | 'jobs'): string {
  const registered = generator.registers[register];
  return typeof registered === 'object'
    ? `'${registered.from}'`
    : `'./modules/${instance.module}/index.ts'`;
}
