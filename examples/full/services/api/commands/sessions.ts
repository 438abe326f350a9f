import { runOperatorCommand } from './run.ts';
import { parseSessionCommand } from './session-command.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseSessionCommand(argv, actor);
  return command.ok ? { ok: true, value: { name: 'sessions', command: command.value } } : command;
});
