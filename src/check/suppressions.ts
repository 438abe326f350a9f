import { isReasonEnough } from './reason.ts';

/** `secure-app-ignore: <rule> <CONTROL-ID> <reason>` in a comment of any language. */
export interface Suppression {
  readonly line: number;
  readonly rule: string;
  readonly control: string;
  readonly reason: string;
}

/** A comment has to open right before it: prose about suppressions is none. */
const MARK =
  /(?:\/\/|#|--|<!--|\/\*|\{\/\*|;|^[ \t]{0,80}\*)[ \t]{0,8}secure-app-ignore(?::[ \t]{0,8}(?<said>.*))?/;

const SAID =
  /^(?<rule>[a-z][a-z\d-]{1,60})[ \t]+(?<control>[A-Z]{2,8}-\d{1,3})[ \t]+(?<reason>\S.*)$/;

/** Longer lines hold data. */
const LONGEST_LINE = 2000;

/** The suppressions of one text, and the lines of those that lack a rule, a control or a reason. */
export function suppressionsIn(text: string): {
  readonly complete: readonly Suppression[];
  readonly incomplete: readonly number[];
} {
  const complete: Suppression[] = [];
  const incomplete: number[] = [];
  if (!text.includes('secure-app-ignore')) return { complete, incomplete };
  for (const [at, line] of text.split('\n').entries()) {
    const match = line.length > LONGEST_LINE ? undefined : MARK.exec(line)?.groups;
    if (!match) continue;
    const said = (match['said'] ?? '').replace(/(?:\*\/\}?|-->)[ \t]{0,20}\r?$/, '').trim();
    const { rule = '', control = '', reason = '' } = SAID.exec(said)?.groups ?? {};
    if (isReasonEnough(reason)) complete.push({ line: at + 1, rule, control, reason });
    else incomplete.push(at + 1);
  }
  return { complete, incomplete };
}
