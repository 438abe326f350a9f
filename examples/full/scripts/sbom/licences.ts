// Those of SPDX that packages name. Readers refuse an id that SPDX does not have, and any text may stand as a name.
const IDS: ReadonlySet<string> = new Set([
  '0BSD',
  'AFL-2.1',
  'Apache-2.0',
  'Artistic-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BSL-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'EPL-2.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unicode-3.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

type Licence =
  | { readonly expression: string }
  | { readonly license: { readonly id: string } | { readonly name: string } };

export function licencesOf(stated: string | undefined): readonly Licence[] {
  if (stated === undefined || stated === '') return [];
  if (IDS.has(stated)) return [{ license: { id: stated } }];
  return [isExpression(stated) ? { expression: stated } : { license: { name: stated } }];
}

function isExpression(stated: string): boolean {
  const words = stated.replaceAll(/[()]/g, ' ').trim().split(/\s+/);
  return words.length > 1 && words.every((word) => IDS.has(word) || /^(?:AND|OR)$/.test(word));
}
