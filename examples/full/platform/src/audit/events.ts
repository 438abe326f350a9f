interface Ocsf {
  readonly classUid: number;
  readonly activityId: number;
}

// Classes of the Open Cybersecurity Schema Framework, so that an export needs no guessing.
const AUTHENTICATION = 3002;
const USER_ACCESS = 3005;
const API_ACTIVITY = 6003;
const DATASTORE_ACTIVITY = 6005;
const OTHER = 99;

/** What the platform itself records. Modules' actions are named by their policies. (OBS-1) */
export const EVENTS = {
  'session.open': { classUid: AUTHENTICATION, activityId: 1 },
  'session.end': { classUid: AUTHENTICATION, activityId: 2 },
  'App::Action::"end-session"': { classUid: AUTHENTICATION, activityId: 2 },
  'role.grant': { classUid: USER_ACCESS, activityId: 1 },
  'role.revoke': { classUid: USER_ACCESS, activityId: 2 },
  'audit.list': { classUid: API_ACTIVITY, activityId: 2 },
  'audit.verify': { classUid: API_ACTIVITY, activityId: 2 },
  'database.backup': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'database.restore': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'audit.purge': { classUid: API_ACTIVITY, activityId: 4 },
  'audit.accept-loss': { classUid: API_ACTIVITY, activityId: OTHER },
  'audit.accept-clock': { classUid: API_ACTIVITY, activityId: OTHER },
  'key.rotate': { classUid: API_ACTIVITY, activityId: 3 },
  'secret.set': { classUid: API_ACTIVITY, activityId: 3 },
} as const satisfies Readonly<Record<string, Ocsf>>;

export type PlatformEvent = keyof typeof EVENTS;

/** An action as policies name it: `Notes::Action::"create"`. */
export type ModuleEvent = `${string}::Action::"${string}"`;

const MODULE_EVENT = /^[A-Z][A-Za-z0-9]*(?:::[A-Z][A-Za-z0-9]*)*::Action::"(?<verb>[^"\\]+)"$/;

const VERBS: Readonly<Record<string, number>> = { create: 1, read: 2, update: 3, delete: 4 };

/** Everything a module does is API activity; its last word says which kind. */
export function ocsfOf(action: PlatformEvent | ModuleEvent): Ocsf {
  if (Object.hasOwn(EVENTS, action)) return EVENTS[action as PlatformEvent];
  const verb = MODULE_EVENT.exec(action)?.groups?.['verb'];
  if (verb === undefined) throw new TypeError('An audit event is of no kind that is listed.');
  const activityId = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return { classUid: API_ACTIVITY, activityId: activityId ?? OTHER };
}
