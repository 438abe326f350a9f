import { existsSync } from 'node:fs';
import { modules } from '../../services/api/modules.ts';
import type { Drills } from './playbooks.ts';
import type { Sample } from './sample.ts';

// What a module tells the invariants about itself, in its samples.ts.
export interface Support {
  readonly samples?: readonly Sample[];
  // Method and pattern of each route that anyone may call, with the reason that the route gives.
  readonly publicRoutes?: Readonly<Record<string, string>>;
  // By method and pattern: statuses that its own tests provoke, because they take more than a request.
  readonly metElsewhere?: Readonly<Record<string, readonly string[]>>;
  // What operators' commands hold on its tables.
  readonly operatorRights?: Readonly<Record<string, string>>;
}

// What is there without any module.
const base: Support = {
  samples: [
    {
      route: 'POST /session/end',
      endsCaller: true,
      prepare: async () => ({ url: '/session/end' }),
    },
  ],
};

export async function installedSupport(): Promise<readonly Support[]> {
  return [base, ...(await Promise.all(modules.map(({ id }) => supportOf(id))))];
}

// How a module's playbooks are tried, in its drills.ts.
export async function installedDrills(): Promise<Drills> {
  const all = await Promise.all(modules.map(({ id }) => fileOf<{ drills?: Drills }>(id, 'drills')));
  return Object.assign({}, ...all.map(({ drills = {} }) => drills)) as Drills;
}

function supportOf(id: string): Promise<Support> {
  return fileOf<Support>(id, 'samples');
}

// A module of the user has the file beside its code, a module of the platform has it in platform/test/support/<id>/.
async function fileOf<Exports extends object>(id: string, name: string): Promise<Partial<Exports>> {
  const file = ['services/api/modules', 'platform/test/support']
    .map((folder) => new URL(`../../${folder}/${id}/${name}.ts`, import.meta.url))
    .find((url) => existsSync(url));
  return file ? ((await import(file.href)) as Exports) : {};
}
