import type { ChosenEgress } from '@app/platform/egress/chosen';
import { openChosen, readChosen } from '@app/platform/egress/chosen';
import { EGRESS } from '@app/platform/service/folders';

/** Where subscribers may be. (HOOK-4) */
export const CHOSEN = readChosen(EGRESS, 'outbound-webhooks');

let opened: ChosenEgress | undefined;

/** No other module has it: what is listed is called with fetch. */
export function wayOut(): ChosenEgress {
  opened ??= openChosen(CHOSEN);
  return opened;
}
