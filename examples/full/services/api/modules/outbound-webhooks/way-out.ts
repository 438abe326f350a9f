import type { ChosenEgress } from '@app/platform/egress/chosen';
import { openChosen, readChosen } from '@app/platform/egress/chosen';
import { EGRESS } from '../../folders.ts';

/** Where subscribers may be. (HOOK-4) */
export const CHOSEN = readChosen(EGRESS, 'outbound-webhooks');

let opened: ChosenEgress | undefined;

/** Nobody else in the service has it: what is listed is called with fetch. */
export function wayOut(): ChosenEgress {
  opened ??= openChosen(CHOSEN);
  return opened;
}
