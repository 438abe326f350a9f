import type { Rule } from '../rule.ts';

/** Settings that decide where packages come from, or let them come from anywhere. */
const SETTING =
  /^[ \t]{0,20}(?:(?:@[\w.-]{1,100}:)?registry|replace-registry-host|(?:https?-)?proxy|npmRegistryServer|unsafeHttpWhitelist|\/\/[^\s=]{1,200}|allow-(?:git|remote|file)[ \t]{0,20}=[ \t]{0,20}all)[ \t]{0,20}(?:[=:]|$)/gm;

export const npmrcRegistry: Rule = {
  id: 'npmrc-registry',
  control: 'SUPPLY-1',
  reason:
    'A registry named in the project overrules the one your machine trusts, and names of private packages leak to it.',
  wayOut: "Leave the registry to each machine's and pipeline's own configuration.",
  files: /(?:^|\/)\.(?:npmrc|yarnrc|yarnrc\.yml)$/,
  text: ({ content }) => [...content.matchAll(SETTING)].map((match) => match.index),
};
