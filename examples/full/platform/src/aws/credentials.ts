import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** Where a task of ECS gets the credentials of its role, and the only place that is asked for any. (HOOK-4) */
const ADDRESS = 'http://169.254.170.2';

// A sign-in at the database is as good as what signed it, and is to last its quarter of an hour.
const REFRESH_BEFORE_MS = 20 * 60_000;
const LONGEST_MS = 2_000;

const Answer = Type.Object({
  AccessKeyId: Type.String({ minLength: 1 }),
  SecretAccessKey: Type.String({ minLength: 1 }),
  Token: Type.String({ minLength: 1 }),
  Expiration: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' }),
});

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

export type CredentialSource = () => Promise<Credentials>;

/** Those of the task's role, fresh. The SDK's own sources are many, and some start processes. (HOOK-6) */
export function taskCredentials(path: string, now = Date.now): CredentialSource {
  const url = new URL(path, ADDRESS);
  if (url.origin !== ADDRESS)
    throw new TypeError('Credentials come from the task, and no other host.');
  let held: Credentials | undefined;
  let asking: Promise<Credentials> | undefined;

  return async () => {
    if (held && held.expiration.getTime() - now() > REFRESH_BEFORE_MS) return held;
    // One asks for all who wait.
    asking ??= ask(url).finally(() => (asking = undefined));
    try {
      held = await asking;
    } catch (error) {
      // Those that are held may be good for a while yet, and the next call asks again.
      if (held === undefined || held.expiration.getTime() <= now()) throw error;
    }
    return held;
  };
}

// No cause in what is thrown, and no answer: either would carry the credentials. (HOOK-6)
async function ask(url: URL): Promise<Credentials> {
  const init = { redirect: 'error', signal: AbortSignal.timeout(LONGEST_MS) } as const;
  const answer: unknown = await fetch(url, init)
    .then((response) => (response.ok ? response.json() : undefined))
    .catch(() => undefined);
  if (!Value.Check(Answer, answer))
    throw new Error('The task was given no credentials of its role.');
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration: new Date(Expiration),
  };
}
