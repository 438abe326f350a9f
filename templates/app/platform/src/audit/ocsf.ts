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

const KNOWN: Readonly<Record<string, Ocsf>> = {
  'session.open': { classUid: AUTHENTICATION, activityId: 1 },
  'session.end': { classUid: AUTHENTICATION, activityId: 2 },
  'database.backup': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'database.restore': { classUid: DATASTORE_ACTIVITY, activityId: OTHER },
  'role.grant': { classUid: USER_ACCESS, activityId: 1 },
  'role.revoke': { classUid: USER_ACCESS, activityId: 2 },
};

const VERBS: Readonly<Record<string, number>> = { create: 1, read: 2, update: 3, delete: 4 };

/** Everything a module does is API activity; its last word says which kind. */
export function ocsfOf(action: string): Ocsf {
  const known = Object.hasOwn(KNOWN, action) ? KNOWN[action] : undefined;
  if (known !== undefined) return known;
  const verb = /[a-z]+(?="?$)/.exec(action)?.[0] ?? '';
  const activityId = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  return { classUid: API_ACTIVITY, activityId: activityId ?? OTHER };
}
