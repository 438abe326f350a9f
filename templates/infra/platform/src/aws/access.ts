import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import type { CredentialSource } from './credentials.ts';

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
