import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import type { Environment } from '../service/environment.ts';
import { env, GIVEN_AT } from './settings.ts';
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

// A call within a region takes milliseconds. One that hangs must not hold a request for longer than it is worth.
const ATTEMPT_MS = 5_000;
const MOST_ATTEMPTS = 3;

/** As whom AWS is called, and in which region. */
export interface Access {
  readonly region: string;
  readonly credentials: CredentialSource;
}

/**
 * What every client is made with. Calls leave through the global fetch, which lets out to what is listed; all else that
 * the SDK would look for in the environment or in files of a home folder is said here. (HOOK-4)
 */
export function clientConfig({ region, credentials }: Access, endpoint: string) {
  return {
    region,
    endpoint,
    credentials,
    requestHandler: new FetchHttpHandler({ customFetch: fetchInTime }),
    maxAttempts: MOST_ATTEMPTS,
    retryMode: 'standard' as const,
    defaultsMode: 'standard' as const,
    authSchemePreference: [] as string[],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: async () => undefined,
    disableClockSkewCorrection: false,
  };
}

/** The same for S3, which looks for more than the others do. */
export function bucketsConfig(access: Access, endpoint: string) {
  return {
    ...clientConfig(access, endpoint),
    // The bucket in the path: the host is then the one that the process is let out to.
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_SUPPORTED' as const,
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
  };
}

// The handler's own limit answers in time and leaves the call under way.
function fetchInTime(input: string | URL | Request): Promise<Response> {
  return fetch(input, { redirect: 'error', signal: AbortSignal.timeout(ATTEMPT_MS) });
}

/** What was asked for and how AWS calls what is wrong: its own words may quote what was sent. (HOOK-6) */
export function failed(what: string, error: unknown): Error {
  const name = nameOf(error);
  return new Error(`${what} failed: ${/^[A-Za-z]{1,60}$/.test(name) ? name : 'no reason given'}.`);
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** AWS is called as the task's own role, and as no other. */
export function accessOf(environment: Environment): Access {
  const { AWS_REGION: region, [GIVEN_AT]: path } = environment(env);
  if (region === undefined) throw new Error('AWS_REGION is required where AWS is used.');
  if (path === undefined) throw new Error(`${GIVEN_AT} is required: AWS is used as a task of ECS.`);
  return { region, credentials: taskCredentials(path) };
}

/** A variable of the stores. The configuration has refused a part of them: all are set, or the stores are in a folder. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('The stores of AWS take all of their variables.');
  return value;
}
