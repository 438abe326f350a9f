import type { Rule } from '../rule.ts';
import { actionWithoutCommit } from './action-without-commit.ts';
import { addressBypass } from './address-bypass.ts';
import { allowAlways } from './allow-always.ts';
import { allowOnError } from './allow-on-error.ts';
import { allowWhenMissing } from './allow-when-missing.ts';
import { answerLimits } from './answer-limits.ts';
import { cardNumber } from './card-number.ts';
import { cedarOpenPermit } from './cedar-open-permit.ts';
import { controlSwitchedOff } from './control-switched-off.ts';
import { corsAnyOrigin } from './cors-any-origin.ts';
import { defaultAllow } from './default-allow.ts';
import { defaultRole } from './default-role.ts';
import { dependencyRange } from './dependency-range.ts';
import { environmentBypass } from './environment-bypass.ts';
import { firstUserIsAdmin } from './first-user-is-admin.ts';
import { headerBypass } from './header-bypass.ts';
import { iamWildcardGrant } from './iam-wildcard-grant.ts';
import { imageWithoutDigest } from './image-without-digest.ts';
import { lockfileEntry } from './lockfile-entry.ts';
import { machinePath } from './machine-path.ts';
import { massAssignment } from './mass-assignment.ts';
import { npmrcRegistry } from './npmrc-registry.ts';
import { openIngress } from './open-ingress.ts';
import { privilegedFallback } from './privileged-fallback.ts';
import { roleFromInput } from './role-from-input.ts';
import { secretAuthorizationHeader } from './secret-authorization-header.ts';
import { secretCommandLine } from './secret-command-line.ts';
import { secretEnvironmentFallback } from './secret-environment-fallback.ts';
import { secretHighEntropy } from './secret-high-entropy.ts';
import { secretInConfiguration } from './secret-in-configuration.ts';
import { secretInPieces } from './secret-in-pieces.ts';
import { secretInUrl } from './secret-in-url.ts';
import { secretKnownFormat } from './secret-known-format.ts';
import { secretNamedLiteral } from './secret-named-literal.ts';
import { secretPasswordHash } from './secret-password-hash.ts';
import { secretPrivateKey } from './secret-private-key.ts';
import { secretProviderKey } from './secret-provider-key.ts';
import { seededAccount } from './seeded-account.ts';
import { signatureUnverified } from './signature-unverified.ts';
import { sqlOpenGrant } from './sql-open-grant.ts';
import { tlsVerificationOff } from './tls-verification-off.ts';
import { tokenUnverified } from './token-unverified.ts';
import { unpinnedDownload } from './unpinned-download.ts';
import { unreadable } from './unreadable.ts';

/** Every rule, in the order a reviewer reads them. The order changes no result. */
export const rules: readonly Rule[] = [
  // Secrets and card data
  secretKnownFormat,
  secretProviderKey,
  secretPrivateKey,
  secretInUrl,
  secretAuthorizationHeader,
  secretNamedLiteral,
  secretEnvironmentFallback,
  secretCommandLine,
  secretInConfiguration,
  secretPasswordHash,
  secretInPieces,
  secretHighEntropy,
  cardNumber,
  // Fallbacks that let somebody in
  privilegedFallback,
  defaultRole,
  allowWhenMissing,
  allowAlways,
  allowOnError,
  defaultAllow,
  environmentBypass,
  headerBypass,
  addressBypass,
  roleFromInput,
  massAssignment,
  firstUserIsAdmin,
  seededAccount,
  // Verification and protection switched off
  tlsVerificationOff,
  tokenUnverified,
  signatureUnverified,
  controlSwitchedOff,
  corsAnyOrigin,
  // Grants and openings
  iamWildcardGrant,
  cedarOpenPermit,
  sqlOpenGrant,
  openIngress,
  // What is installed and run
  dependencyRange,
  lockfileEntry,
  imageWithoutDigest,
  actionWithoutCommit,
  npmrcRegistry,
  unpinnedDownload,
  // What names a machine
  machinePath,
  // What cannot be judged
  answerLimits,
  unreadable,
];
