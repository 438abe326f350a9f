import type { ChosenEgress } from '@app/platform/egress/chosen';
import { openChosen, readChosen } from '@app/platform/egress/chosen';
import { proxyAt } from '@app/platform/egress/proxy';
import { readProxy } from '../../config.ts';
import { EGRESS } from '../../folders.ts';

/** Where subscribers may be. (HOOK-4) */
export const CHOSEN = readChosen(EGRESS, 'outbound-webhooks');

let opened: ChosenEgress | undefined;

/** Nobody else in the service has it: what is listed is called with fetch. */
export function wayOut(): ChosenEgress {
  opened ??= openWayOut();
  return opened;
}

function openWayOut(): ChosenEgress {
  const proxy = readProxy();
  if (!proxy.ok) throw new Error(proxy.error.join('\n'));
  return openChosen(CHOSEN, {
    proxy: proxy.value === undefined ? undefined : proxyAt(proxy.value),
  });
}
