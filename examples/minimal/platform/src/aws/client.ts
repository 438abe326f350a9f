import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import type { Environment } from '../service/environment.ts';
import { env, GIVEN_AT } from './settings.ts';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** The address where an ECS task gets the credentials of its role. No other address is asked. (HOOK-4) */
const ADDRESS = 'http://169.254.170.2';

// A database token expires with the credentials that signed it, and must last 15 minutes.
const REFRESH_BEFORE_MS = 20 * 60_000;
const LONGEST_MS = 2_000;

const Answer = Type.Object({
  AccessKeyId: Type.String({ minLength: 1 }),
  SecretAccessKey: Type.String({ minLength: 1 }),
  Token: Type.String({ minLength: 1 }),
  Expiration: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$' }),
});

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

type CredentialSource = () => Promise<Credentials>;

/** The credentials of the task's role, refreshed in time. Other sources of the SDK start processes. (HOOK-6) */
export function taskCredentials(path: string, now = Date.now): CredentialSource {
  const url = new URL(path, ADDRESS);
  if (url.origin !== ADDRESS)
    throw new TypeError('Credentials come from the task, and no other host.');
  let held: Credentials | undefined;
  let asking: Promise<Credentials> | undefined;

  return async () => {
    if (held && held.expiration.getTime() - now() > REFRESH_BEFORE_MS) return held;
    // Concurrent callers share one request.
    asking ??= ask(url).finally(() => (asking = undefined));
    try {
      held = await asking;
    } catch (error) {
      // The old credentials may still be valid. The next call asks again.
      if (held === undefined || held.expiration.getTime() <= now()) throw error;
    }
    return held;
  };
}

// Errors carry no cause and no answer: either could contain the credentials. (HOOK-6)
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

// A call within a region takes milliseconds. A call that hangs must not hold a request.
const ATTEMPT_MS = 5_000;
const MOST_ATTEMPTS = 3;

/** The identity and the region of every AWS call. */
export interface Access {
  readonly region: string;
  readonly credentials: CredentialSource;
}

/**
 * The options of every client. Calls use the global fetch, which reaches listed hosts only. All settings are explicit,
 * so that the SDK reads no environment variable and no file of a home folder. (HOOK-4)
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

/** S3 needs more explicit settings than the other clients. */
export function bucketsConfig(access: Access, endpoint: string) {
  return {
    ...clientConfig(access, endpoint),
    // Path style keeps the host equal to the listed endpoint.
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED' as const,
    responseChecksumValidation: 'WHEN_SUPPORTED' as const,
    useArnRegion: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
  };
}

// The handler's own timeout answers in time but leaves the call running.
function fetchInTime(input: string | URL | Request): Promise<Response> {
  return fetch(input, { redirect: 'error', signal: AbortSignal.timeout(ATTEMPT_MS) });
}

/** Names the action and the AWS error code: AWS's message may quote what was sent. (HOOK-6) */
export function failed(what: string, error: unknown): Error {
  const name = nameOf(error);
  return new Error(`${what} failed: ${/^[A-Za-z]{1,60}$/.test(name) ? name : 'no reason given'}.`);
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** AWS is called with the task's own role. */
export function accessOf(environment: Environment): Access {
  const { AWS_REGION: region, [GIVEN_AT]: path } = environment(env);
  if (region === undefined) throw new Error('AWS_REGION is required where AWS is used.');
  if (path === undefined) throw new Error(`${GIVEN_AT} is required: AWS is used as a task of ECS.`);
  return { region, credentials: taskCredentials(path) };
}

/** A variable of the AWS stores. The configuration requires all of them or none. */
export function given(value: string | undefined): string {
  if (value === undefined) throw new Error('The stores of AWS take all of their variables.');
  return value;
}
