import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { findProviderTokens } from '../secrets/provider-patterns.ts';

/** Formats the preset lacks or only knows beside a name. Each starts where no word is under way, so scanning is linear. */
const FORMATS: readonly RegExp[] = [
  // AWS access key ids
  /(?<![A-Za-z\d])(?:AKIA|ASIA|ABIA|ACCA)[A-Z\d]{16}(?![A-Za-z\d])/g,
  // Stripe, live and test alike: test keys read test customers, and habits are the same
  /(?<![A-Za-z\d])[rs]k_(?:live|test)_[A-Za-z\d]{10,}/g,
  /(?<![A-Za-z\d])whsec_[A-Za-z\d+/=]{16,}/g,
  // JSON Web Tokens
  /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  // Google
  /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  /(?<![\w-])GOCSPX-[\w-]{28}(?![\w-])/g,
  // Azure storage and service bus
  /\b(?:AccountKey|SharedAccessKey)=[A-Za-z\d+/]{40,}={0,2}/g,
  // Model providers
  /(?<![\w-])sk-(?:proj|svcacct|admin|ant|or)-[\w-]{20,}/g,
  // Twilio, Mailgun, Square, Telegram
  /(?<![A-Za-z\d])SK[a-f\d]{32}(?![A-Za-z\d])/g,
  /(?<![\w-])key-[a-f\d]{32}(?![A-Za-z\d])/g,
  /(?<![\w-])sq0[a-z]{3}-[\w-]{22,}/g,
  /(?<!\d)\d{8,10}:AA[\w-]{33}(?![\w-])/g,
  // Pulumi, age, DigitalOcean, Supabase, PyPI, Atlassian, Adyen
  /(?<![\w-])pul-[a-f\d]{40}(?![A-Za-z\d])/g,
  /AGE-SECRET-KEY-1[A-Z\d]{58}/g,
  /(?<![\w-])do[opr]_v1_[a-f\d]{64}/g,
  /(?<![\w-])sb(?:p_[a-f\d]{40}|_secret_[\w-]{20,})/g,
  /(?<![\w-])pypi-AgE[\w-]{50,}/g,
  /(?<![\w-])ATATT3[\w=-]{50,}/g,
  /(?<![\w-])AQE[a-z][A-Za-z\d+/=]{40,}\^?/g,
];

export const secretProviderKey: Rule = {
  id: 'secret-provider-key',
  control: 'SUPPLY-6',
  reason: 'A cloud or payment key in a repository lets whoever reads it act and spend as you.',
  wayOut: 'Revoke the key, and read the new one at run time from the secret store.',
  files: NOT_A_LOCKFILE,
  text: ({ content }) => find(content),
  answer: async ({ text }) => (await find(text)).length > 0,
};

async function find(text: string): Promise<number[]> {
  const others = await findProviderTokens(text);
  return [...findProviderKeys(text), ...others.map(({ index }) => index)];
}

/** Offsets of the formats that many projects meet. */
export function findProviderKeys(text: string): number[] {
  return FORMATS.flatMap((format) => [...text.matchAll(format)].map((match) => match.index));
}
