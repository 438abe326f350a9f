import { parseWebhooksCommand } from '../modules/webhooks/webhooks-command.ts';
import { runOperatorCommand } from './run.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseWebhooksCommand(argv, actor);
  return command.ok ? { ok: true, value: { name: 'webhooks', command: command.value } } : command;
});
