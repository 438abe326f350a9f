import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

export const moduleOutboundWebhookMutations: readonly Mutation[] = [
  ...mutationsOf('services/api/modules/outbound-webhook-disk/events.ts', [
    [
      'HOOK-3',
      'return publish(tx, stream, event, about);',
      'void publish(tx, stream, event, about).catch(() => {});\n  return Promise.resolve({ id: "", recipients: 1 });',
      'services/api/modules/outbound-webhook-disk/publish.test.ts',
      'what is not as its type says is not published',
    ],
  ]),
];
