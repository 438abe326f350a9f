import type { Node } from '@babel/types';

/** Files that syntax rules read. */
export const SOURCE_FILE = /\.[cm]?[jt]sx?$/;

type Plugin = 'typescript' | 'decorators-legacy' | 'jsx' | 'flow';

/**
 * Parses TypeScript or JavaScript. Babel loads on the first call: a run whose files hold no keyword never pays for it.
 *
 * @returns undefined when the text is not a program. It cannot be judged then, so the caller must refuse it.
 */
export async function parseSource(path: string, content: string): Promise<Node | undefined> {
  const { parse } = await import('@babel/parser');
  for (const plugins of dialectsOf(path)) {
    try {
      const file = parse(content, {
        sourceType: /\.[cm]?tsx?$|\.m?jsx?$/.test(path) ? 'module' : 'script',
        plugins: [...plugins],
        errorRecovery: true,
        allowReturnOutsideFunction: true,
        attachComment: false,
      });
      if (!file.errors?.some((error) => isSerious(error, content))) return file.program;
    } catch {
      // Another dialect may read it.
    }
  }
  return undefined;
}

/** `declare global { var x }` beside `export const x` is taken for a second `x`; the program is whole all the same. */
function isSerious({ reasonCode }: { readonly reasonCode?: string }, content: string): boolean {
  return reasonCode !== 'VarRedeclaration' || !content.includes('declare global');
}

/** What a file of this name may be written in, the likeliest first. Markup and types of Flow stand in plain .js too. */
function dialectsOf(path: string): readonly (readonly Plugin[])[] {
  const typed: readonly Plugin[] = ['typescript', 'decorators-legacy'];
  if (path.endsWith('x')) return [[...typed, 'jsx']];
  return path.endsWith('.js') ? [typed, [...typed, 'jsx'], ['flow', 'jsx']] : [typed];
}
