import type { Rule } from '../rule.ts';
import { addressInLockfile } from './address-in-lockfile.ts';
import { defaultOfVariable } from './default-of-variable.ts';
import { environmentOutsideConfig } from './environment-outside-config.ts';
import { fallbackInConfig } from './fallback-in-config.ts';
import { roleOutsideSchema } from './role-outside-schema.ts';

/**
 * What is asked of our own output only: stricter than any project could be held to, because here every file is known
 * and the few honest exceptions are listed with their reasons.
 */
export const ownRules: readonly Rule[] = [
  roleOutsideSchema,
  environmentOutsideConfig,
  fallbackInConfig,
  defaultOfVariable,
  addressInLockfile,
];
