import type { Target } from './ask.ts';
import type { Finding } from './finding.ts';
import { verifyAnswers } from './answers.ts';
import { verifyExposed } from './exposed.ts';
import { finding } from './finding.ts';
import { verifyMethods } from './methods.ts';
import { verifyRedirect } from './redirect.ts';
import { verifyTls } from './tls.ts';

export interface Staging extends Target {
  /** Asked as well: routes that set a cookie, say. */
  readonly paths?: readonly string[];
  readonly httpPort?: number;
}

type Check = readonly [name: string, run: (staging: Staging) => Promise<readonly Finding[]>];

const OVER_TLS: readonly Check[] = [
  ['tls', (staging) => verifyTls(staging)],
  ['redirect', (staging) => verifyRedirect(staging, staging.httpPort)],
];
const CHECKS: readonly Check[] = [
  ['answers', (staging) => verifyAnswers(staging, staging.paths ?? [])],
  ['exposed', verifyExposed],
  ['methods', verifyMethods],
];

export async function verifyStaging(staging: Staging): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const checks = staging.origin.protocol === 'https:' ? [...OVER_TLS, ...CHECKS] : CHECKS;
  for (const [name, run] of checks) findings.push(...(await run(staging).catch(unanswered(name))));
  return findings;
}

// A check that got no answer has not been held.
function unanswered(name: string): (error: unknown) => readonly Finding[] {
  return (error) => {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    return [finding(name, 'the server answers', String(code))];
  };
}
