/** Names that always mean power over the system. */
const PRIVILEGED =
  /^(?:(?:is[-_ ]?)?(?:super|system|global|default|org|tenant|site)?[-_ ]?(?:admin|administrator|administrators|admins)|super[-_ ]?user|sys[-_ ]?admin|god|full[-_ ]?access|power[-_ ]?user)$/i;

/** Names that mean power when they stand for a role, and other things elsewhere. */
const PRIVILEGED_AS_ROLE =
  /^(?:root|owner|operator|staff|maintainer|manager|moderator|\*|all|write|any)$/i;

/** Names of variables and fields that hold what somebody may do. */
const ROLE =
  /^(?:(?:user|default|account|member|membership|current|initial|assigned|granted|caller|my|new|the|their|required|needed|allowed)_?)?(?:role|permission|privilege|scope|authority|entitlement|right|group|accesslevel|access_level|roleid|role_id|rolename|role_name|usertype|user_type)s?$/i;

/** Flags that make somebody powerful. */
const POWER_FLAG = /^(?:is|has)?_?(?:super_?)?(?:admin|owner|superuser|staff|operator|root)$/i;

/** What permission checks test for. */
const PERMISSION =
  /role|permission|privilege|scope|entitlement|polic(?:y|ies)|grant|\bacl\b|rights?$|authoriz|authoris|allowed|access/i;

/** Functions and classes that decide whether somebody may do something. */
const DECIDES =
  /auth(?!or(?!i[sz]))|permi(?:t|ssion)|canActivate|access(?:Control|Check|Guard|Policy)|(?:check|has|require|ensure|assert|verify|evaluate)_?(?:Access|Role|Scope|Right|Polic|Grant|Privilege|Admin|Owner|Session|Token|Signature|Login|LoggedIn|SignedIn)|guard|polic(?:y|ies)|^(?:is|was)(?:Allowed|Admin|Owner|Granted|Trusted|Operator)|^(?:allow|decide|decision|enforce|rbac|abac|acl)/i;

/** `canEdit` and `may`, not `cancel` and `maybe`: the capital letter tells. */
const MAY = /^(?:can|may|Can|May|CAN|MAY)(?:[A-Z_]|$)/;

/** Functions that find out who is calling or whether what they sent is genuine. */
const CHECKS = /^(?:verify|check|validate|introspect|decode)(?:[A-Z_]|$)/;

/** Whole-number levels of power, where a larger number is more of it. */
const LEVEL =
  /^(?:user_?|account_?|member_?)?(?:access|permission|privilege|auth|admin|security)_?level$|^(?:user_?)?role_?(?:id|level)?$|^clearance$/i;

/** Privileged wherever it stands. */
export function isPrivileged(name: string): boolean {
  return PRIVILEGED.test(name);
}

/** Privileged where a role is expected. */
export function isPrivilegedRole(name: string): boolean {
  return isPrivileged(name) || PRIVILEGED_AS_ROLE.test(name);
}

export function namesRole(name: string): boolean {
  return ROLE.test(name);
}

export function namesPower(name: string): boolean {
  return ROLE.test(name) || POWER_FLAG.test(name);
}

export function namesPermission(name: string): boolean {
  return PERMISSION.test(name);
}

export function namesDecision(name: string): boolean {
  return DECIDES.test(name) || MAY.test(name);
}

/** A decision, or a step on the way to one. */
export function namesCheck(name: string): boolean {
  return CHECKS.test(name) || namesDecision(name);
}

/** Flags such as `isAdmin` that say nothing else: `isRoot` is a tree's, `isOwner` a comparison's. */
export function namesPowerFlag(name: string): boolean {
  return /admin|superuser|staff/i.test(name) && POWER_FLAG.test(name);
}

export function namesLevel(name: string): boolean {
  return LEVEL.test(name);
}
