export const publicRoutes: Readonly<Record<string, string>> = {
  'POST /webhooks/stripe':
    'Its sender signs each request; what the signature does not prove is refused.',
};

// They take a signature.
export const metElsewhere: Readonly<Record<string, readonly string[]>> = {
  'POST /webhooks/stripe': ['401', '409'],
};

// A payload that the handler understands.
export const sample =
  '{"id":"evt_1","object":"event","type":"charge.succeeded","created":1767225600,"livemode":false,"data":{"object":{"id":"ch_1"}}}';
