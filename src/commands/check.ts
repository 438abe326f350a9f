import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { visible } from '../answers/invisible.ts';
import { BASELINE, isExpiry, printBaseline, usualExpiry } from '../check/baseline.ts';
import { type Checked, check } from '../check/check.ts';
import { type Group, groupsOf } from '../check/groups.ts';
import { isReasonEnough } from '../check/reason.ts';
import { countsOf, sentencesOn } from '../check/sentences.ts';
import { resolveBelow } from '../commit/paths.ts';
import { EXIT, UserError } from '../errors.ts';
import { style } from '../terminal/style.ts';
import { VERSION } from '../version.ts';
import { parseOptions } from './arguments.ts';
import type { Command } from './command.ts';
import { printJson } from './print.ts';

const OPTIONS = {
  json: { type: 'boolean' },
  debug: { type: 'boolean' },
  sarif: { type: 'string' },
  html: { type: 'string' },
  'write-baseline': { type: 'boolean' },
  reason: { type: 'string' },
  expires: { type: 'string' },
} as const;

interface Asked {
  readonly directory: string;
  readonly json: boolean;
  readonly sarif: string | undefined;
  readonly html: string | undefined;
  readonly accept: { readonly reason: string; readonly expires: string } | undefined;
}

/** `create-secure-app check [directory]` */
export const checkCommand: Command = async (argv) => {
  const now = new Date();
  const asked = readAsked(argv, now);
  const root = resolve(asked.directory);
  const first = await check(root, now);
  const checked = asked.accept ? await acceptAll(first, asked.accept, now) : first;
  await writeReports(checked, asked);
  if (asked.json) printJson(asJson(checked));
  else if (asked.sarif !== '-') process.stdout.write(screen(checked));
  return exitOf(checked);
};

function exitOf({ found }: Checked): number {
  return found.length > 0 ? EXIT.refused : 0;
}

function readAsked(argv: readonly string[], now: Date): Asked {
  const { values, positionals } = parseOptions(argv, OPTIONS);
  const text = (name: keyof typeof OPTIONS): string | undefined =>
    typeof values[name] === 'string' ? values[name] : undefined;
  const [directory = '.', ...more] = positionals;
  if (more.length > 0) throw usage('One directory at a time.');
  const json = values['json'] === true;
  const [sarif, html, reason, expires] = [
    text('sarif'),
    text('html'),
    text('reason'),
    text('expires'),
  ];
  if (json && sarif === '-')
    throw usage('Standard output holds one document: --json or --sarif -.');
  if (sarif === '' || html === '' || html === '-')
    throw usage('A report needs the name of a file.');
  const writes = values['write-baseline'] === true;
  if (!writes && (reason !== undefined || expires !== undefined))
    throw usage('--reason and --expires belong to --write-baseline.');
  return {
    directory,
    json,
    sarif,
    html,
    accept: writes ? acceptance(reason ?? '', expires ?? usualExpiry(now), now) : undefined,
  };
}

function acceptance(reason: string, expires: string, now: Date) {
  if (!isReasonEnough(reason))
    throw usage('--write-baseline needs a --reason of some words: why may these findings stay?');
  if (!isExpiry(expires, now))
    throw usage(
      '--expires takes a date of the year to come, such as the default in 90 days: YYYY-MM-DD.',
    );
  return { reason: reason.trim(), expires };
}

function usage(message: string): UserError {
  return new UserError('E_USAGE', EXIT.usage, message, 'See `create-secure-app --help`.');
}

/** Writes the baseline, and looks again: what a reader is told is what the next run will say. */
async function acceptAll(
  checked: Checked,
  accept: { readonly reason: string; readonly expires: string },
  now: Date,
): Promise<Checked> {
  const { root, baseline, rules } = checked;
  if (baseline.damaged)
    throw new UserError(
      'E_BASELINE',
      EXIT.needsYou,
      `${BASELINE} cannot be read, so nothing was written over it.`,
      'Bring it back from version control, or remove it.',
    );
  const path = resolveBelow(root, BASELINE);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, printBaseline(checked, baseline, { ...accept, rules, now }));
  return check(root, now);
}

async function writeReports(checked: Checked, { sarif, html }: Asked): Promise<void> {
  if (sarif !== undefined) {
    const { sarifOf } = await import('../check/sarif.ts');
    const document = sarifOf(checked, VERSION);
    if (sarif === '-') printJson(document);
    else writeReport(sarif, `${JSON.stringify(document, null, 2)}\n`);
  }
  if (html !== undefined) {
    const { printHtml } = await import('../check/html.ts');
    writeReport(html, printHtml(checked, VERSION));
  }
}

function writeReport(path: string, text: string): void {
  if (!statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(
      'E_REPORT',
      EXIT.environment,
      'The folder that would hold the report does not exist.',
      'Create it first, or name another file.',
    );
  writeFileSync(path, text);
}

function asJson(checked: Checked): unknown {
  const { found, accepted, fingerprints, ours, judged, gaps, languages } = checked;
  return {
    ok: found.length === 0,
    exit: exitOf(checked),
    ours,
    judged,
    findings: found.map(({ finding }, at) => ({
      ...finding,
      ...(fingerprints[at] === undefined ? {} : { fingerprint: fingerprints[at] }),
    })),
    accepted: accepted.map(({ finding: { rule, control, file, line }, by, reason }) => ({
      rule,
      control,
      file,
      line,
      by,
      reason,
    })),
    notJudged: { ...gaps, languages },
    notes: sentencesOn(checked),
  };
}

function screen(checked: Checked): string {
  const groups = groupsOf(checked.found, checked.rules);
  const failed = checked.found.length > 0;
  return [
    ...groups.flatMap((group) => [...lines(group), '']),
    `${style(failed ? 'red' : 'green', failed ? '✖' : '✔')} ${countsOf(checked)}`,
    ...sentencesOn(checked).map((sentence) => `  ${visible(sentence)}`),
    ...(failed
      ? [
          'What may stay needs a reason: a comment `secure-app-ignore: <rule> <CONTROL-ID> <reason>`, or --write-baseline.',
        ]
      : []),
    '',
  ].join('\n');
}

function lines({ rule, control, reason, wayOut, places }: Group): string[] {
  const width = Math.min(60, Math.max(...places.map(({ file }) => file.length)));
  return [
    style('bold', `${rule} (${control})`),
    `  ${visible(reason)}`,
    `  ${visible(wayOut)}`,
    ...places.map(({ file, lines: at }) => `    ${visible(file).padEnd(width)}  ${at.join(', ')}`),
  ];
}
