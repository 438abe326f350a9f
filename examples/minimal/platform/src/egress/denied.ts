import { channel } from 'node:diagnostics_channel';

export const denials = [
  'unlisted',
  'malformed',
  'address-literal',
  'port',
  'scheme',
  'upgrade',
  'address',
  'pin',
  'compressed',
] as const;
export type Denial = (typeof denials)[number];

// What the way out tells whoever listens: why, and a host only if a shard lists it. Never a path or a query, which hold
// whatever was to be sent. (HOOK-4, HOOK-6)
export interface DenialTold {
  readonly reason: Denial;
  readonly host?: string;
  // A pin in report-only mode says what it would have refused.
  readonly reportOnly: boolean;
}

export const told = channel('app.egress.denied');

/** A call that this service does not make. What may be shown is the message; why is for the log. */
export class EgressDenied extends Error {
  readonly code = 'EGRESS_DENIED';
  readonly reason: Denial;

  constructor(reason: Denial) {
    super('This service does not make that call.');
    this.name = 'EgressDenied';
    this.reason = reason;
  }
}

export function denied(reason: Denial, host?: string): EgressDenied {
  told.publish({ reason, reportOnly: false, ...(host !== undefined && { host }) });
  return new EgressDenied(reason);
}

export function reported(reason: Denial, host?: string): void {
  told.publish({ reason, reportOnly: true, ...(host !== undefined && { host }) });
}
