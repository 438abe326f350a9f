import type { Rule } from '../rule.ts';

/** Homes that images and hosted runners bring along: nobody's. */
const NOBODY =
  '(?!(?:node|app|appuser|user|runner|vscode|coder|circleci|nonroot|pwuser|deno|bun|ubuntu|debian|ec2-user|azureuser|site|postgres|linuxbrew|jovyan|me|Shared|Public|Default|runneradmin|ContainerUser|ContainerAdministrator|your-?name|you|username|name)[/\\\\])';

/** `href="/home/..."` and routes are addresses of pages. */
const NO_PAGE = '(?<!(?:href|to|src|path|url|route|push|get|post)[=:(]{1,2}[ \\t]{0,4}["\'`])';

const HOME = new RegExp(
  [
    `(?<![\\w.~$)}\\]*-])${NO_PAGE}/(?:home|Users|mnt/[a-z]/Users)/${NOBODY}[A-Za-z_][\\w.-]{0,40}/(?=[\\w.@-])`,
    `(?<![A-Za-z])[A-Za-z]:(?:\\\\{1,2}|/)Users(?:\\\\{1,2}|/)${NOBODY}[A-Za-z_][\\w. -]{0,40}(?:\\\\|/)`,
    '(?:/private)?/var/folders/[a-z\\d]{2}/[\\w+-]{6,}',
  ].join('|'),
  'g',
);

/** In an image or on a pipeline's runner, root's home is the one there is, and tools keep their caches in it. */
const ROOT =
  /(?<![\w.~$)}\]*/-])(?:file:\/\/)?\/root\/(?=[\w.])(?!\.(?:cache|npm|local|config)\b)/g;
const IN_AN_IMAGE =
  /(?:^|\/)(?:[^/]{0,100}\.)?(?:Dockerfile|Containerfile)[^/]{0,100}$|\.ya?ml$|(?:^|\/)devcontainer\.json$/i;

export const machinePath: Rule = {
  id: 'machine-path',
  control: 'SUPPLY-6',
  reason:
    "A path on somebody's machine tells their name and layout to every reader, and loads from wherever it exists elsewhere.",
  wayOut: 'Write the path relative to the file or the project.',
  keywords: [/home\/|users[\\/]|\/root\/|var\/folders/i],
  text: ({ path, content }) => [
    ...offsets(content, HOME),
    ...(IN_AN_IMAGE.test(path) ? [] : offsets(content, ROOT)),
  ],
  answer: ({ text }) => offsets(text, HOME).length > 0 || offsets(text, ROOT).length > 0,
};

function offsets(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index);
}
