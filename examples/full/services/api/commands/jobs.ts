import { parseJobsCommand } from '../modules/jobs/jobs-command.ts';
import { runOperatorCommand } from './run.ts';

await runOperatorCommand((argv, actor) => {
  const command = parseJobsCommand(argv, actor);
  return command.ok ? { ok: true, value: { name: 'jobs', command: command.value } } : command;
});
