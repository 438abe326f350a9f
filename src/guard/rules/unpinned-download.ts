import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { inTexts } from '../syntax/passages.ts';

/** What is fetched and run in one breath. */
const PIPED = [
  /\b(?:curl|wget)\b[^\n|;&]{1,400}\|[ \t]{0,8}(?:sudo[ \t]{1,8}(?:-\w{1,20}[ \t]{1,8})?)?(?:env[ \t]{1,8})?(?:\w{1,40}=\S{0,60}[ \t]{1,8}){0,3}(?:\/(?:usr\/)?bin\/)?(?:ba|z|da|k)?sh\b|\b(?:curl|wget)\b[^\n|;&]{1,400}\|[ \t]{0,8}(?:sudo[ \t]{1,8})?(?:node|python3?|perl|ruby)\b/g,
  /\b(?:(?:ba|z|da)?sh|source|eval)[ \t]{1,8}(?:-\w{1,8}[ \t]{1,8})?["']?(?:<\(|\$\(|`)[ \t]{0,8}(?:curl|wget)\b/g,
  /\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^\n]{1,300}\|[ \t]{0,8}(?:iex|Invoke-Expression)\b/gi,
  /^[ \t]{0,20}ADD[ \t]{1,8}(?![^\n]{0,200}--checksum)(?:--\S{1,80}[ \t]{1,8}){0,3}https?:/gm,
];

/** Commands that install or run packages by name; what follows them is read word by word. */
const COMMANDS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /\b(?:pnpm[ \t]{1,8}dlx|yarn[ \t]{1,8}dlx|npm[ \t]{1,8}(?:i|install|add)(?=[ \t]{1,8}(?:[^\n&|;]{0,80}?[ \t])?(?:-g|--global|--location=global)\b)|(?:pnpm|yarn)[ \t]{1,8}(?:global[ \t]{1,8}add|add[ \t]{1,8}(?:-g|--global)))\b(?<words>[^\n&|;"`)]{1,300})/g,
    /^(?:@[\w.-]+\/)?[\w.-]+@v?\d{1,10}\.\d{1,10}\.\d{1,10}(?![\d])[\w.+-]*$/,
  ],
  [
    /\b(?:npx|npm[ \t]{1,8}exec|bunx)\b(?=(?:[ \t]{1,8}-[^\s&|;]{1,60}){0,4}[ \t]{1,8}(?:-y|--yes)\b)(?<words>[^\n&|;"`)]{1,300})/g,
    /^(?:@[\w.-]+\/)?[\w.-]+@v?\d{1,10}\.\d{1,10}\.\d{1,10}(?![\d])[\w.+-]*$/,
  ],
  [
    /\b(?:pip3?|pipx|uv[ \t]{1,8}(?:pip|tool))[ \t]{1,8}install\b(?<words>[^\n&|;`)]{1,300})/g,
    /==|^\.|^\/|@[ \t]?(?:file|https):/,
  ],
  [
    /\bgo[ \t]{1,8}(?:install|run)(?=[^\n&|;]{0,200}@)(?<words>[^\n&|;"`)]{1,300})/g,
    /^[^@]+$|@v\d+\.\d+\.\d+|@[a-f\d]{12,40}$/,
  ],
  [
    /\bgem[ \t]{1,8}install\b(?![^\n&|;]{0,200}[ \t](?:-v|--version)\b)(?<words>[^\n&|;"`)]{1,300})/g,
    /:\d+\.\d+/,
  ],
  [
    /\bcargo[ \t]{1,8}install\b(?![^\n&|;]{0,200}[ \t]--(?:version|path|locked)\b)(?<words>[^\n&|;"`)]{1,300})/g,
    /@\d+\.\d+\.\d+/,
  ],
];

/** Tags and ranges move, whatever the command. */
const TAGGED =
  /\b(?:npx|npm[ \t]{1,8}(?:exec|x|i|install|add|create|init)|pnpm[ \t]{1,8}(?:add|dlx|create)|yarn[ \t]{1,8}(?:add|dlx)|bunx|bun[ \t]{1,8}add|corepack[ \t]{1,8}prepare)[ \t][^\n&|;"`]{0,120}?(?<![\w/])(?:@[\w.-]{1,60}\/)?[\w.-]{1,80}@(?:latest|next|canary|beta|alpha|rc|[\^~*x><]|\d+(?:\.\d+)?(?![\w.-]))/g;

/** The same as a list of arguments: `"command": "npx", "args": ["-y", "some-server"]`. */
const LISTED =
  /["'](?:npx|bunx)["'],?\s{0,40}(?:["']?args["']?\s{0,8}:\s{0,8}\[|\[)\s{0,40}["'](?:-y|--yes)["'],\s{0,40}["'](?!(?:@[\w.-]{1,80}\/)?[\w.-]{1,80}@\d+\.\d+\.\d+)[@\w]/g;

export const unpinnedDownload: Rule = {
  id: 'unpinned-download',
  control: 'SUPPLY-1',
  reason:
    'A command that fetches code by name or address runs whatever stands there today, with all rights of the build.',
  wayOut:
    'Install it from the lockfile, or name the exact version and check the digest before it runs.',
  files: SHIPPED,
  keywords: [
    /curl|wget|iwr|irm|Invoke-|ADD |npx\b[^]{0,200}?["' \t]--?y|npm |pnpm |yarn |bunx?|pip|\buv |gem |cargo |\bgo |corepack/,
  ],
  ...inTexts(downloads),
};

/** A word that every pattern above begins with. Most strings of code have none, and need no closer look. */
const ANY_COMMAND =
  /curl|wget|iwr|irm|invoke-|\badd\b|npx|npm|yarn|bun|corepack|pip|\buv\b|\bgo[ \t]|\bgem\b|cargo/i;

function* downloads(text: string): Generator<number> {
  if (!ANY_COMMAND.test(text)) return;
  for (const pattern of [...PIPED, TAGGED, LISTED]) {
    for (const { index } of text.matchAll(pattern)) yield index;
  }
  for (const [command, pinned] of COMMANDS) {
    for (const { index, groups } of text.matchAll(command)) {
      const names = namesIn(groups?.['words'] ?? '');
      // What runs takes its own arguments after its name; what is installed is a list.
      const judged = RUNS.test(text.slice(index, index + 20)) ? names.slice(0, 1) : names;
      if (judged.some((name) => !pinned.test(name))) yield index;
    }
  }
}

const RUNS = /^(?:npx|bunx|npm[ \t]+exec|pnpm[ \t]+dlx|yarn[ \t]+dlx|go[ \t]+run)/;

/** Options whose next word belongs to them. */
const TAKES_A_WORD =
  /^(?:-r|-c|-e|--requirement|--constraint|--editable|--package|--prefix|--target|-i|--index-url|--python)$/;

/** The words that name packages. Files of pinned names are read elsewhere. */
function namesIn(words: string): string[] {
  const all = words
    .split('#')[0]
    ?.trim()
    .split(/\s+/)
    .map((word) => word.replace(/^["']|["',]$/g, ''));
  return (all ?? []).filter(
    (word, at, list) => /^[@\w.]/.test(word) && !TAKES_A_WORD.test(list[at - 1] ?? ''),
  );
}
