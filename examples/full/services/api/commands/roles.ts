import { parseRoleCommand } from './role-command.ts';
import { runOperatorCommand } from './run.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseRoleCommand(argv, actor);
  return command.ok ? { ok: true, value: { name: 'roles', command: command.value } } : command;
});
