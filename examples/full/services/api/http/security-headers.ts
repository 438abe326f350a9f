import type { Api } from './module.ts';

// Sent with every answer, refusals and framework errors included.
export const securityHeaders = {
  // An API has nothing to load, frame or submit: an answer that a browser renders anyway is inert.
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  // For browsers that are older than frame-ancestors.
  'x-frame-options': 'DENY',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Nothing here asks for a camera, a place or a payment, and nothing that gets in may.
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  // Answers depend on the caller: a shared cache would hand one caller's answer to the next.
  'cache-control': 'no-store',
} as const;

// Set when the request arrives, so that whatever fails later answers with them.
export function sendSecurityHeaders(app: Api): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
  });
}
