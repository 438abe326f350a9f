import type { Rule } from '../rule.ts';

/** `"resolved": "https://..."`; a workspace's entry names its folder, which has no scheme. */
const ADDRESS = /"resolved"\s{0,8}:\s{0,8}"[a-z][a-z\d+.-]{0,20}:/gi;

export const addressInLockfile: Rule = {
  id: 'address-in-lockfile',
  control: 'SUPPLY-1',
  reason:
    'An address in a lockfile sends every install to the registry of whoever wrote it, past the mirror that a team trusts.',
  wayOut:
    "Leave the address out: the digest says what to install, and the registry is the installing side's choice.",
  files: /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/,
  text: ({ content }) => [...content.matchAll(ADDRESS)].map((match) => match.index),
};
