import type { ChosenEgress } from '../egress/chosen.ts';
import { openChosen, readChosen } from '../egress/chosen.ts';
import { EGRESS } from '../service/folders.ts';

/** Which ports of public hosts subscribers may name. (HOOK-4) */
export const CHOSEN = readChosen(EGRESS, 'outbound-webhooks');

let opened: ChosenEgress | undefined;

/** Used by the jobs of this module alone: other code calls listed hosts with fetch. (HOOK-4) */
export function subscriberEgress(): ChosenEgress {
  opened ??= openChosen(CHOSEN);
  return opened;
}
