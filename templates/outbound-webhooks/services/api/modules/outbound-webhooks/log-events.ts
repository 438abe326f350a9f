import { defineEvent, error } from '@app/platform/logging/event';

export const events = {
  outboundPurgeFailed: defineEvent('outbound-purge-failed', 'error', { err: error }),
} as const;
