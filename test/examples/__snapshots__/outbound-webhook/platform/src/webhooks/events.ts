import { count, defineEvent, error, identifier, oneOf, requestId } from '../logging/events.ts';

const endpoint = identifier;

// Fields hold endpoint names, counts, codes and code places, never what a delivery holds. (HOOK-6)
export const events = {
  // The endpoint answers 503 until the secret is set: `npm run secrets -- set`.
  webhookKeyMissing: defineEvent('webhook-key-missing', 'warn', { endpoint, err: error }),
  webhookNotKept: defineEvent('webhook-not-kept', 'error', { endpoint, err: error }),
  // A holder of a key sent another body under a known id: see playbooks/webhook-key-leaked.md.
  webhookConflict: defineEvent('webhook-conflict', 'error', { endpoint }),
  // One line per outcome and minute: how many, and the first request.
  webhooksRefused: defineEvent('webhooks-refused', 'warn', {
    endpoint,
    outcome: oneOf('unproven', 'stale', 'disabled', 'conflict', 'unavailable'),
    count,
    sample: requestId,
  }),
  webhookPurgeFailed: defineEvent('webhook-purge-failed', 'error', { err: error }),
} as const;
