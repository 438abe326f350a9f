import { parseArgs } from 'node:util';
import type { Question } from '../answers/questions.ts';
import type { Generator } from '../define-generator.ts';
import { EXIT, UserError } from '../errors.ts';

/** What every command understands. */
export interface Flags {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly debug: boolean;
  readonly install: boolean;
  readonly git: boolean;
  readonly preset: string | undefined;
  readonly answers: string | undefined;
  readonly packageSpec: string | undefined;
}

export interface Arguments {
  readonly positionals: readonly string[];
  readonly flags: Flags;
  /** Answers given as flags, by question key. */
  readonly given: Readonly<Record<string, unknown>>;
}

const OPTIONS = {
  yes: { type: 'boolean', short: 'y', default: false },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  debug: { type: 'boolean', default: false },
  install: { type: 'boolean', default: true },
  git: { type: 'boolean', default: true },
  preset: { type: 'string' },
  answers: { type: 'string' },
  'package-spec': { type: 'string' },
} as const;

/**
 * Reads a command line; a generator's questions are flags too.
 *
 * @throws UserError `E_USAGE`; an unknown flag is named, a value never.
 */
export function readArguments(argv: readonly string[], generator?: Generator): Arguments {
  const questions = new Map(
    (generator?.questions ?? []).map((question) => [flagOf(question), question]),
  );
  const asked = Object.fromEntries(
    [...questions].map(([flag, { kind }]) => [
      flag,
      { type: kind === 'confirm' ? 'boolean' : 'string' } as const,
    ]),
  );
  const { values, positionals } = parseOptions(argv, { ...asked, ...OPTIONS });
  const given = Object.fromEntries(
    [...questions]
      .filter(([flag]) => values[flag] !== undefined)
      .map(([flag, question]) => [question.key, typed(question, values[flag])]),
  );
  return {
    positionals,
    given,
    flags: {
      yes: values['yes'] === true,
      dryRun: values['dry-run'] === true,
      json: values['json'] === true,
      debug: values['debug'] === true,
      install: values['install'] !== false,
      git: values['git'] !== false,
      preset: text(values['preset']),
      answers: text(values['answers']),
      packageSpec: text(values['package-spec']),
    },
  };
}

type Values = Record<string, unknown>;

/**
 * Reads flags of any command.
 *
 * @throws UserError `E_USAGE`; an unknown flag is named, a value never.
 */
export function parseOptions(
  argv: readonly string[],
  options: Record<string, { type: 'boolean' | 'string' }>,
): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args: [...argv],
      options,
      allowPositionals: true,
      allowNegative: true,
      strict: true,
    });
  } catch (cause) {
    throw new UserError('E_USAGE', EXIT.usage, problemOf(cause), 'See `create-secure-app --help`.');
  }
}

/** Node's message repeats the argument, which may be a secret typed in the wrong place; only a plain flag is named. */
function problemOf(cause: unknown): string {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  const [, flag] = /'(-{1,2}[a-z][a-z-]{0,30})(?: <value>|=|')/.exec(message) ?? [];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return flag ? `${flag} is not an option here.` : 'An option is not known here.';
  return flag ? `${flag} was given the wrong way.` : 'The command line cannot be read.';
}

/** `budgetMs` is `--budget-ms`. */
function flagOf(question: Question): string {
  return question.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function typed(question: Question, value: unknown): unknown {
  return question.kind === 'number' && typeof value === 'string' && /^-?\d+$/.test(value)
    ? Number(value)
    : value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
