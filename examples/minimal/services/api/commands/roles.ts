import { runOperatorCommand } from './operator-command.ts';
import { parseRoleCommand } from './role-command.ts';

await runOperatorCommand(process.argv.slice(2), parseRoleCommand);
