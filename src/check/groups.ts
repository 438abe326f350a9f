import type { Found } from './judge.ts';

/** The findings of one rule, file by file. */
export interface Group {
  readonly rule: string;
  readonly control: string;
  readonly reason: string;
  readonly wayOut: string;
  readonly count: number;
  readonly places: readonly { readonly file: string; readonly lines: readonly number[] }[];
}

/** Findings by rule and reason, in the order of rules that `order` has. */
export function groupsOf(
  found: readonly Found[],
  order: readonly { readonly id: string }[],
): Group[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const key = `${one.finding.rule}\0${one.finding.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const at = new Map(order.map(({ id }, index) => [id, index]));
  return [...groups.values()]
    .map(groupOf)
    .sort((a, b) => (at.get(a.rule) ?? 0) - (at.get(b.rule) ?? 0));
}

function groupOf(found: readonly Found[]): Group {
  const files = new Map<string, number[]>();
  for (const { finding } of found)
    files.set(finding.file, [...(files.get(finding.file) ?? []), finding.line]);
  const { rule = '', control = '', reason = '', wayOut = '' } = found[0]?.finding ?? {};
  const places = [...files].map(([file, lines]) => ({ file, lines: [...new Set(lines)] }));
  return { rule, control, reason, wayOut, count: found.length, places };
}
