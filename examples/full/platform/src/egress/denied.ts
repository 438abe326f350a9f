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

// Subscribers learn the reason, and the host only if a shard lists it. A path or a query could hold personal data or
// a token. (HOOK-4, HOOK-6)
export interface DenialTold {
  readonly reason: Denial;
  readonly host?: string;
  // A pin in report-only mode reports what it would refuse.
  readonly reportOnly: boolean;
}

export const told = channel('app.egress.denied');

/** Refuses a call. The message may reach a client; the reason is for the log alone. */
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
