import { Archive } from './components/archive.ts';
import { Authorization } from './components/authorization.ts';
import { Keys } from './components/keys.ts';
import { Logs } from './components/logs.ts';
import { Secrets } from './components/secrets.ts';
import type { Contribution } from './contribution.ts';
import { readersOf } from './grants.ts';
import type { Grant } from './iam.ts';
import { roleName } from './names.ts';
import type { Plan } from './plan.ts';
import type { CedarSource } from './policies.ts';
import type { Settings } from './settings.ts';

/** What is kept, and what it is encrypted with. */
export interface Holdings {
  readonly keys: Keys;
  readonly logs: Logs;
  readonly archive: Archive;
  readonly authorization: Authorization;
  readonly secrets: Secrets;
}

export interface Kept {
  readonly settings: Settings;
  readonly contributions: readonly Contribution[];
  readonly grants: readonly Grant[];
  readonly plan: Plan;
  readonly policies: () => CedarSource;
}

export function keep({ settings, contributions, grants, plan, policies }: Kept): Holdings {
  const { programs } = plan;
  const purposes = contributions.flatMap((one) => one.keys ?? []);
  const places = contributions.flatMap((one) => one.secrets ?? []);
  const rolesOf = (ids: readonly string[]) =>
    programs.filter(({ id }) => ids.includes(id)).map((program) => roleName(settings, program));
  const keys = new Keys('keys', { settings, purposes });
  const key = keys.logs;
  return {
    keys,
    logs: new Logs('logs', { settings, programs, key }),
    archive: new Archive('archive', { settings, key }),
    authorization: new Authorization('authorization', { settings, key, source: policies }),
    secrets: new Secrets('secrets', {
      settings,
      places,
      keys,
      readers: (place) => rolesOf(readersOf(place, grants)),
    }),
  };
}
