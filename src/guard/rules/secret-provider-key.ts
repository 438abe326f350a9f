import { findProviderTokens } from '../../../templates/app/platform/src/secret-shapes/provider-patterns.ts';
import { findFormats } from '../../../templates/app/platform/src/secret-shapes/values.ts';
import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';

export const secretProviderKey: Rule = {
  id: 'secret-provider-key',
  control: 'SUPPLY-6',
  reason: 'A cloud or payment key in a repository lets whoever reads it act and spend as you.',
  wayOut: 'Revoke the key, and read the new one at run time from the secret store.',
  files: NOT_A_LOCKFILE,
  text: ({ content }) => find(content),
  answer: async ({ text }) => (await find(text)).length > 0,
};

/** secret-known-format refuses them, with the rest of the preset. */
const OF_PRESET: ReadonlySet<string> = new Set([
  'github-token',
  'npm-token',
  'slack-token',
  'slack-webhook',
]);

async function find(text: string): Promise<number[]> {
  const formats = findFormats(text).filter(({ rule }) => !OF_PRESET.has(rule));
  return [...formats, ...(await findProviderTokens(text))].map(({ index }) => index);
}
