/** One line of a .gitignore, as far as walking needs it. */
interface Pattern {
  readonly test: RegExp;
  readonly again: boolean;
  readonly foldersOnly: boolean;
}

/** Longer lines are no patterns that anybody wrote. */
const LONGEST_PATTERN = 500;

/** With more stars, how long a match takes is up to who wrote the pattern. */
const MOST_STARS = 3;

/** Whether a glob has more stars than those that people write. */
export function hasManyStars(glob: string): boolean {
  return (glob.match(/\*{1,500}/g)?.length ?? 0) > MOST_STARS;
}

/** Says whether a path is left out; `folder` tells a folder from a file. Paths have no slash at either end. */
export type Ignores = (path: string, folder: boolean) => boolean;

/** What one .gitignore in `base` (of the walk, without a slash at its end; '' for its root) leaves out, over `outer`. */
export function ignoring(text: string, base: string, outer: Ignores = () => false): Ignores {
  const patterns = text.split(/\r?\n/).flatMap(patternOf);
  if (patterns.length === 0) return outer;
  const prefix = base === '' ? '' : `${base}/`;
  return (path, folder) => {
    const inside = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
    const last =
      inside === undefined
        ? undefined
        : patterns.findLast(
            ({ test, foldersOnly }) => (folder || !foldersOnly) && test.test(inside),
          );
    return last ? !last.again : outer(path, folder);
  };
}

function patternOf(line: string): Pattern[] {
  const trimmed = line.replace(/(?<!\\) {1,200}$/, '');
  if (
    trimmed === '' ||
    trimmed.startsWith('#') ||
    trimmed.length > LONGEST_PATTERN ||
    hasManyStars(trimmed)
  )
    return [];
  const again = trimmed.startsWith('!');
  const glob = again ? trimmed.slice(1) : trimmed;
  const foldersOnly = glob.endsWith('/');
  const bare = foldersOnly ? glob.slice(0, -1) : glob;
  if (bare === '') return [];
  const anchored = bare.includes('/');
  const source = globSource(bare.replace(/^\//, ''));
  return [{ test: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${source}$`), again, foldersOnly }];
}

/** A glob as the source of an expression: `**` crosses folders, `*` and `?` do not. */
export function globSource(glob: string): string {
  const parts = glob.split(/(\*\*\/|\/\*\*$|\*+|\?|\[[^\]/]{1,60}\]|\\.)/);
  return parts.map(partSource).join('');
}

function partSource(part: string): string {
  if (part === '**/') return '(?:[^/]+/)*';
  if (part === '/**') return '/.+';
  if (/^\*+$/.test(part)) return '[^/]*';
  if (part === '?') return '[^/]';
  if (/^\[.+\]$/.test(part)) return setSource(part.slice(1, -1));
  if (/^\\.$/.test(part)) return escaped(part.slice(1));
  return escaped(part);
}

function setSource(set: string): string {
  const inner = set.replace(/^!/, '^').replace(/[\\[\]]/g, '\\$&');
  try {
    return new RegExp(`[${inner}]`).source;
  } catch {
    return escaped(`[${set}]`);
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
