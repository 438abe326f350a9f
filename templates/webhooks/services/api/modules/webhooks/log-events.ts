import {
  count,
  defineEvent,
  error,
  identifier,
  oneOf,
  requestId,
} from '@app/platform/logging/event';

const endpoint = identifier;

// Names of ours, counts, codes and places: what a delivery held stands in none of them. (HOOK-6)
export const events = {
  // It answers 503 until the secret is set: npm run secrets -- set.
  webhookKeyMissing: defineEvent('webhook-key-missing', 'warn', { endpoint, err: error }),
  webhookNotKept: defineEvent('webhook-not-kept', 'error', { endpoint, err: error }),
  // Somebody who holds a key sent another body under an id that was used: see the playbook of a leaked key.
  webhookConflict: defineEvent('webhook-conflict', 'error', { endpoint }),
  // Too many to tell one by one: how many, and the first of them.
  webhooksRefused: defineEvent('webhooks-refused', 'warn', {
    endpoint,
    outcome: oneOf('unproven', 'stale', 'disabled', 'conflict', 'unavailable'),
    count,
    sample: requestId,
  }),
  webhookPurgeFailed: defineEvent('webhook-purge-failed', 'error', { err: error }),
} as const;
