import { parseAuditCommand } from './audit-command.ts';
import { runOperatorCommand } from './run.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseAuditCommand(argv, actor);
  return command.ok ? { ok: true, value: { name: 'audit', command: command.value } } : command;
});
