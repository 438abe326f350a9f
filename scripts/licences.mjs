/** Permissive: no duty beyond keeping the notice. What is emitted must be usable in closed source. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Unlicense',
  'Zlib',
]);

/** Licences that were read, since their name does not say it: all ask for no more than the notice. */
const READ = new Set([
  // MIT: the field points to the file beside it.
  '@logdna/tail-file@2.2.0',
  // Python-2.0.
  'argparse@2.0.1',
  // CC-BY-3.0, of a list of names.
  'spdx-exceptions@2.5.0',
]);

export function wasRead(name, version) {
  return READ.has(`${name}@${version}`);
}

/** True when an SPDX expression leaves a choice that is permissive throughout. */
export function isPermissive(expression) {
  if (typeof expression !== 'string') return false;
  const flat = expression.replaceAll(/[()]/g, ' ');
  // Mixed AND and OR would need precedence; no package uses it, and refusing is the safe reading.
  if (/\sAND\s/.test(flat)) return !/\sOR\s/.test(flat) && namesIn(flat, 'AND').every(isListed);
  return namesIn(flat, 'OR').some(isListed);
}

function namesIn(expression, operator) {
  return expression.split(new RegExp(`\\s${operator}\\s`)).map((name) => name.trim());
}

function isListed(name) {
  return PERMISSIVE.has(name);
}
