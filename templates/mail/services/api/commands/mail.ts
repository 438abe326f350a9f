import { mailAddress } from '@app/platform/mail';
import { sentenceOf } from '@app/platform/described-error';
import { nodeVersionProblem } from '@app/platform/node-version';
import { readCommandConfig } from '../config.ts';
import { guardCommand } from '../egress.ts';
import { openMailer } from '../modules/mail/open-mailer.ts';

const USAGE = 'npm run mail -- try <address>';

// Whether mail arrives is seen before somebody needs it to sign in.
async function main(argv: readonly string[]): Promise<string> {
  const problem = nodeVersionProblem();
  if (problem) throw new Error(problem);
  guardCommand(); // before anything could call out: HOOK-4
  const [verb, address = '', ...rest] = argv;
  const to = mailAddress(address);
  if (verb !== 'try' || to === undefined || rest.length > 0) throw new Error(USAGE);
  const config = readCommandConfig();
  if (!config.ok) throw new Error(config.error.join('\n'));
  const mailer = await openMailer(config.value);
  await mailer.send({ to, subject: 'A mail to try', text: 'It has arrived.\n' });
  return config.value.stores.kind === 'folder' ? 'Written to .data/mail or DATA_FOLDER.' : 'Sent.';
}

try {
  process.stdout.write(`${await main(process.argv.slice(2))}\n`);
} catch (error) {
  process.stderr.write(`${sentenceOf(error, 'The mail was not sent.')}\n`);
  process.exitCode = 1;
}
