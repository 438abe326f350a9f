import { type Rule, rules } from '../guard/index.ts';
import { everybodysRules, othersRules } from '../guard/others/index.ts';
import { lockfileEntryUnverified } from '../guard/rules/lockfile-entry.ts';
import { tokenReadUnverified } from '../guard/rules/token-unverified.ts';

/**
 * What we decided for our own projects, and what others may decide otherwise without being wrong: that nobody starts
 * with a role, that versions are exact even where a lockfile stands beside them, where a registry is named, and that no
 * path names a machine.
 */
const OURS = ['default-role', 'dependency-range', 'npmrc-registry', 'machine-path'];

/** For a project that the generator made. */
export const rulesForOurs: readonly Rule[] = [...rules, ...everybodysRules];

/** Rules that ask less of others than of us. */
const MILDER = new Map(
  [tokenReadUnverified, lockfileEntryUnverified].map((rule) => [rule.id, rule] as const),
);

/** For every other project. */
export const rulesForOthers: readonly Rule[] = [
  ...rules.filter(({ id }) => !OURS.includes(id)).map((rule) => MILDER.get(rule.id) ?? rule),
  ...othersRules,
];
