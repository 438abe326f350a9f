export const publicRoutes: Readonly<Record<string, string>> = {
  'POST /webhooks/github':
    'Its sender signs each request; what the signature does not prove is refused.',
};

// They take a signature.
export const metElsewhere: Readonly<Record<string, readonly string[]>> = {
  'POST /webhooks/github': ['401', '409'],
};

// A payload that the handler understands.
export const sample = '{"action":"opened","number":7}';
