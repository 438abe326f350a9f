import type { Node } from '@babel/types';

/** Files that syntax rules read. */
export const SOURCE_FILE = /\.[cm]?[jt]sx?$/;

/**
 * Parses TypeScript or JavaScript. Babel loads on the first call: a run whose files hold no keyword never pays for it.
 *
 * @returns undefined when the text is not a program. It cannot be judged then, so the caller must refuse it.
 */
export async function parseSource(path: string, content: string): Promise<Node | undefined> {
  const { parse } = await import('@babel/parser');
  try {
    const file = parse(content, {
      sourceType: /\.[cm]?tsx?$|\.m?jsx?$/.test(path) ? 'module' : 'script',
      plugins: ['typescript', 'decorators-legacy', ...(path.endsWith('x') ? ['jsx' as const] : [])],
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      attachComment: false,
    });
    return file.errors?.length ? undefined : file.program;
  } catch {
    return undefined;
  }
}
