import { channel } from 'node:diagnostics_channel';
import type { MaskedKind } from '../logging/masking.ts';
import type { ProblemCode } from './problems.ts';

// Subscribers receive kinds only, and no data of a request. (HOOK-6)
export interface DecisionTold {
  readonly allow: boolean;
}
export interface RefusalTold {
  readonly problem: ProblemCode;
}
export interface MaskedTold {
  readonly kind: MaskedKind;
}

export const decisions = channel('app.http.decision');
export const refusals = channel('app.http.refusal');
export const maskedLines = channel('app.log.masked');
