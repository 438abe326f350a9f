import * as prettier from 'prettier';
import { expect } from 'vitest';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Node[];
}

/** Prettier's own reading of Markdown, which its types leave out. */
const { __debug: debug } = prettier as unknown as {
  __debug: { parse(text: string, options: object, more: object): Promise<{ ast: Node }> };
};

type Tree = Readonly<Record<string, string>>;

/** Where the project's name and description stand; everything else must not depend on them. */
const MAY_DIFFER = ['README.md', 'package.json', 'package-lock.json', 'secure-app.json'];

/** The answers appear as data and as nothing else: `plain` is the tree of harmless ones. */
export async function expectInert(
  tree: Tree,
  plain: Tree,
  { name, description }: { name: string; description: string },
): Promise<void> {
  expect(Object.keys(tree)).toEqual(Object.keys(plain));
  for (const path of Object.keys(tree).filter((each) => !MAY_DIFFER.includes(each)))
    expect(tree[path], path).toBe(plain[path]);

  const [json, before] = [tree, plain].map((each) => JSON.parse(each['package.json'] ?? ''));
  expect(json).toEqual({ ...before, name, description });
  expect(JSON.parse(tree['package-lock.json'] ?? '')).toMatchObject({ name });
  const manifest = JSON.parse(tree['secure-app.json'] ?? '');
  expect([manifest.name, manifest.modules[0].answers.description]).toEqual([name, description]);
  await expectPlainText(tree['README.md'] ?? '', [name, description]);
}

/** The first blocks of the text hold these and no markup. */
async function expectPlainText(markdown: string, texts: readonly string[]): Promise<void> {
  const { ast } = await debug.parse(markdown, { parser: 'markdown' }, {});
  for (const [at, text] of texts.entries()) {
    const { children = [] } = ast.children?.[at] ?? {};
    expect(
      children.map(({ type }) => type),
      text,
    ).toEqual(['text']);
    expect(children[0]?.value).toBe(text);
  }
}
