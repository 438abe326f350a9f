import { type PlantedFault, fault } from './fault.ts';

/** Ways in for somebody whom no policy lets in. */
export const adminFallbacks: readonly PlantedFault[] = [
  fault(
    'privileged-fallback',
    'sessions',
    '  const roles = await rolesOf(tx, session);',
    "  const roles = (await rolesOf(tx, session)) ?? ['admin'];",
  ),
  fault(
    'privileged-fallback',
    'roles',
    '  return rows.map(({ role }) => role);',
    "  return rows.map(({ role }) => role || 'root');",
  ),
  fault(
    'privileged-fallback',
    'grants',
    "  role text not null check (role ~ '^[a-z][a-z0-9-]{0,39}$'),",
    '  is_admin boolean not null default true,',
  ),
  fault(
    'default-role',
    'grants',
    "  role text not null check (role ~ '^[a-z][a-z0-9-]{0,39}$'),",
    "  role text not null default 'reader',",
  ),
  fault(
    'default-role',
    'roleCommand',
    '    const { subject, role, tenant } = command;',
    "    const { subject, role = 'reader', tenant } = command;",
  ),
  fault(
    'allow-when-missing',
    'access',
    '  if (!access) throw new Error(`${name} declares no access. Add config.access to the route.`);',
    '  if (!access) return { allowed: true };',
  ),
  fault(
    'allow-when-missing',
    'authorize',
    "  if (!resource) return new Refusal('not-found', 'The resource was not found.');",
    '  if (policies === undefined) return { allow: true };',
  ),
  fault(
    'allow-always',
    'evaluate',
    'function ask(',
    'export const isAllowed = () => true;\nfunction ask(',
  ),
  fault(
    'allow-always',
    'noteRoutes',
    'export function routes(app: Api): void {',
    'const canEdit = (): boolean => true;\nexport function routes(app: Api): void {',
  ),
  fault(
    'allow-on-error',
    'evaluate',
    "    return denied('error:invalid-request');\n  }",
    "    return { allow: true, reasons: [], policyVersion: '' };\n  }",
  ),
  fault(
    'allow-on-error',
    'checkRuns',
    '  const startedAt = performance.now();',
    '  const granted = await checkAccess(tx).catch(() => true);\n  const startedAt = performance.now();',
  ),
  fault(
    'environment-bypass',
    'authentication',
    "    if (access?.kind !== 'allow') return;",
    '    if (isDevelopment || verifySession(request)) return;',
  ),
  fault(
    'environment-bypass',
    'ci',
    '      - run: npm ci\n      - run: npm run check',
    '      - run: npm ci\n      - run: npm run check\n        env:\n          SKIP_AUTH: 1',
  ),
  fault(
    'header-bypass',
    'sameOrigin',
    "  const site = request.headers['sec-fetch-site'];",
    "  const site = request.headers['x-bypass-origin'];",
  ),
  fault(
    'address-bypass',
    'authentication',
    '    if (cookie === undefined || another !== undefined || !isCookieValue(cookie)) return;',
    "    if (request.ip === '127.0.0.1') return;\n    await verifySession(cookie);",
  ),
  fault(
    'default-allow',
    'serve',
    '  const services = { database, policies, environment: config.environment, ...stores };',
    "  const services = { database, policies, defaultDecision: 'allow' };",
  ),
  fault(
    'role-from-input',
    'resourceRoutes',
    '    handler: ({ authorized, query }) => records.list(authorized, query),',
    '    handler: (request) => records.list({ role: request.query.role }),',
  ),
  fault(
    'role-from-input',
    'sessionCookie',
    "  const pairs = request.headers.cookie?.split(';') ?? [];",
    "  const isAdmin = request.cookies.isAdmin === 'true';",
  ),
  fault(
    'mass-assignment',
    'noteRoutes',
    '      const note = await createNote(authorized, body);',
    '      const note = await createNote(authorized, request.body);',
  ),
  fault(
    'mass-assignment',
    'records',
    '  return changed(by, await store.insert(by.tx, draft));',
    '  return changed(by, await store.insert(by.tx, { ...request.body }));',
  ),
  fault(
    'first-user-is-admin',
    'roles',
    "  if (numAffectedRows !== 1n) return err('already-held');",
    "  if (userCount === 0) change.role = 'operator';",
  ),
  fault(
    'seeded-account',
    'grants',
    'create unique index role_grant_live on role_grant (tenant, subject, role) where revoked_at is null;',
    "insert into accounts (email, role) values ('root@example.com', 'operator');",
  ),
  fault(
    'seeded-account',
    'signIn',
    "    subject: 'developer',",
    "    email: 'developer@example.com', role: 'admin',",
  ),
];
