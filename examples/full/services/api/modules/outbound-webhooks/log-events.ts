import { defineEvent, error } from '../../http/log-event.ts';

export const events = {
  outboundPurgeFailed: defineEvent('outbound-purge-failed', 'error', { err: error }),
} as const;
