import { type PlantedFault, fault } from './fault.ts';

/** Checks of who or what is at the other end, taken out. */
export const verificationOff: readonly PlantedFault[] = [
  fault(
    'tls-verification-off',
    'server',
    "  return { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) };",
    "  return { rejectUnauthorized: false, minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) };",
  ),
  fault(
    'tls-verification-off',
    'ci',
    '        env:\n          TEST_DATABASE_URL:',
    "        env:\n          NODE_TLS_REJECT_UNAUTHORIZED: '0'\n          TEST_DATABASE_URL:",
  ),
  fault(
    'tls-verification-off',
    'serve',
    '  const config = service.readConfig(argv);',
    "  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';\n  const config = service.readConfig(argv);",
  ),
  fault('tls-verification-off', 'npmrc', 'audit-level=high', 'strict-ssl=false'),
  fault(
    'token-unverified',
    'authentication',
    '    request.caller = await callerOf(database, cookie);',
    '    request.caller = decodeJwt(cookie);',
  ),
  fault(
    'tls-verification-off',
    'doctor',
    '  const hasPackages = isInstalled();',
    '  const hasPackages = isInstalled();\n  new Agent({ rejectUnauthorized: false });',
  ),
  fault(
    'token-unverified',
    'sessions',
    '  if (!isCookieValue(cookieValue)) return undefined;',
    "  const claims = JSON.parse(Buffer.from(cookieValue.split('.')[1], 'base64url').toString());",
  ),
  fault(
    'token-unverified',
    'notes',
    "const TYPE = 'Notes::Note';",
    "const TYPE = 'Notes::Note';\nexport const claims = await jwtVerify(token, key, { algorithms: ['none'] });",
  ),
  fault(
    'signature-unverified',
    'noteRoutes',
    '    handler: ({ authorized, query }) => listNotes(authorized, query),',
    "    handler: ({ headers, body }) => headers['x-signature'] === hmacOf(body),",
  ),
  fault(
    'control-switched-off',
    'sessionCookie',
    '  return `${SESSION_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax`;',
    '  return `${SESSION_COOKIE}=${value}; Path=/; Secure; HttpOnly; SameSite=None`;',
  ),
  fault(
    'control-switched-off',
    'headers',
    "  'x-content-type-options': 'nosniff',",
    '  contentSecurityPolicy: false,',
  ),
  fault(
    'control-switched-off',
    'evaluate',
    '    validateRequest: true,',
    '    validateRequest: false,',
  ),
  fault(
    'signature-unverified',
    'githubScheme',
    '      if (given === undefined) return undefined;',
    "      if (headers['x-hub-signature'] === hmacOf(body)) return { keyId: '', body };",
  ),
  fault(
    'signature-unverified',
    'webhookScheme',
    '  return a.byteLength === b.byteLength && timingSafeEqual(a, b);',
    "  return headers['x-signature'] === hmacOf(a);",
  ),
  fault(
    'tls-verification-off',
    'integrationCalls',
    '      const response = await fetch(`${origin}${path}`, {',
    '      const response = await fetch(`${origin}${path}`, {\n        rejectUnauthorized: false,',
  ),
  fault(
    'tls-verification-off',
    'spanExporters',
    "        method: 'POST',",
    "        method: 'POST',\n        rejectUnauthorized: false,",
  ),
];
