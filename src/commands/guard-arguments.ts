import { guardAnswers } from '../operations/prepare.ts';

/**
 * Refuses a secret or a card number anywhere on the command line, before any command looks at it: a value pasted as an
 * option that does not exist, or as the name of a generator, would otherwise reach a message about just that.
 *
 * @throws GuardError
 */
export async function guardArguments(argv: readonly string[]): Promise<void> {
  for (const named of valuesByFlag(argv)) await guardAnswers(named);
  await guardAnswers({ arguments: argv });
}

/** `--x y` and `--x=y` as `{ x: 'y' }`: what a value is called says whether it is a secret. */
function valuesByFlag(argv: readonly string[]): Record<string, string>[] {
  return argv.flatMap((argument, at) => {
    if (!argument.startsWith('--')) return [];
    const [flag = '', ...given] = argument.slice(2).split('=');
    if (given.length > 0) return [{ [flag]: given.join('=') }];
    const next = argv[at + 1];
    return next === undefined || next.startsWith('-') ? [] : [{ [flag]: next }];
  });
}
