import type { Rule } from '../rule.ts';

const USES =
  /^[ \t]{0,80}(?:-[ \t]{1,20})?["']?uses["']?:[ \t]{1,20}["']?(?<action>[^\s"'#]{1,400})/gm;

/** In one line: `- { uses: owner/repo@v1 }`. */
const INLINE = /[{,][ \t]{0,20}["']?uses["']?:[ \t]{0,20}["']?(?<action>[^\s"'#,}]{1,400})/g;

const COMMIT = /^[\w.-]+\/[\w./-]+@[a-f\d]{40}$/;

export const actionWithoutCommit: Rule = {
  id: 'action-without-commit',
  control: 'SUPPLY-1',
  reason:
    'The tag of an action can be moved to code that reads the secrets of every workflow using it.',
  wayOut: 'Name the full commit, with the version in a comment behind it.',
  files: /\.ya?ml$/,
  keywords: [/uses/],
  text: ({ content }) =>
    [...content.matchAll(USES), ...content.matchAll(INLINE)]
      .filter((match) => !isPinned(match.groups?.['action'] ?? ''))
      .map((match) => match.index + match[0].search(/\S/)),
};

/** Local actions are part of the checkout; images are the matter of image-without-digest. */
function isPinned(action: string): boolean {
  return action.startsWith('./') || action.startsWith('docker://') || COMMIT.test(action);
}
