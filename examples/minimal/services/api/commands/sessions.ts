import { runOperatorCommand } from './operator-command.ts';
import { parseSessionCommand } from './session-command.ts';

await runOperatorCommand(process.argv.slice(2), parseSessionCommand);
