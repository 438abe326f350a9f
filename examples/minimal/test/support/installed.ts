import { existsSync } from 'node:fs';
import type { Database } from '@app/platform/database/database';
import { modules } from '../../services/api/modules.ts';
import type { Client } from './signed-in.ts';

export interface Sample {
  // Method and pattern, as the route was registered: 'PUT /notes/:id'.
  readonly route: string;
  // The role that may send it. Absent where any signed-in caller may.
  readonly role?: string;
  // The request ends the caller's session, so the caller cannot send a retry.
  readonly endsCaller?: true;
  // Members of the answer that a retry is not told again.
  readonly shownOnce?: readonly string[];
  // Creates what the request needs, as that caller, and returns the request.
  readonly prepare: (client: Client) => Promise<SampleRequest>;
}

export interface SampleRequest {
  readonly url: string;
  readonly payload?: object;
}

/** A copy of the project, in which the service runs and an operator does what a playbook says. */
export interface Incident {
  readonly folder: string;
  // With what its placeholders stand for.
  run(command: string): { readonly status: number | null; readonly stdout: string };
}

/** What is so before the commands of a playbook run, and after. */
export interface Drill {
  readonly values?: Readonly<Record<string, string>>;
  // What has happened by then: before the service starts, into its database and its folder.
  readonly data?: (database: Database, folder: string) => Promise<void>;
  readonly before?: (incident: Incident) => unknown;
  readonly after: (incident: Incident) => unknown;
}

/** By the path of the playbook. */
export type Drills = Readonly<Record<string, Drill>>;

/** Receives what a module sends to another service, in its place. */
export interface Sink {
  // What sends to it, in the name of a test.
  readonly sender: string;
  // The variables that make the module send to it.
  readonly variables: Readonly<Record<string, string>>;
  // All that it received.
  received(): string;
  // Without a match, nothing of a request arrived, and a search of it proves nothing.
  readonly hasRequests: RegExp;
  close(): void;
}

// What a module tells the invariants about itself, in its samples.ts.
interface Support {
  readonly samples?: readonly Sample[];
  // Method and pattern of each route that anyone may call, with the reason that the route gives.
  readonly publicRoutes?: Readonly<Record<string, string>>;
  // By method and pattern: statuses that its own tests provoke, because they take more than a request.
  readonly metElsewhere?: Readonly<Record<string, readonly string[]>>;
  readonly openSink?: () => Promise<Sink>;
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
