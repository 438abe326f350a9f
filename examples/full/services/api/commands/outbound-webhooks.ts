import { parseOutboundWebhooksCommand } from '../modules/outbound-webhooks/outbound-webhooks-command.ts';
import { runOperatorCommand } from './run.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseOutboundWebhooksCommand(argv, actor);
  return command.ok
    ? { ok: true, value: { name: 'outbound-webhooks', command: command.value } }
    : command;
});
