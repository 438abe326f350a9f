import type { Rule } from '../rule.ts';
import { namesSecret } from '../../../templates/app/platform/src/secret-shapes/named-secrets.ts';
import { DOCKERFILE, instructionsIn } from '../syntax/dockerfile.ts';

const ASSIGNED = /(?<name>[A-Za-z_]\w{0,80})=(?<value>"[^"]*"|'[^']*'|\S*)/g;

/** Shipped to browsers anyway. */
const PUBLIC =
  /^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY)_|PUBLIC|PUBLISHABLE/;

export const imageSecretArgument: Rule = {
  id: 'image-secret-argument',
  control: 'SUPPLY-6',
  reason:
    'Arguments and variables of a build stand in the history of the image, and everyone who can pull it can read them.',
  wayOut:
    'Mount it for the one step (`RUN --mount=type=secret,id=...`), or read it when the container starts.',
  files: DOCKERFILE,
  keywords: [/\b(?:arg|env)\b/i],
  text: ({ content }) =>
    instructionsIn(content)
      .filter(({ name, rest }) =>
        name === 'ARG' ? takesSecret(rest) : name === 'ENV' && keepsSecret(rest),
      )
      .map(({ offset }) => offset),
};

/** `ARG NPM_TOKEN`. One with a value is a secret written out, which other rules find. */
function takesSecret(rest: string): boolean {
  return rest.split(/\s+/).some((word) => !word.includes('=') && isSecret(word));
}

/** `ENV NPM_TOKEN=$NPM_TOKEN`, and the old form without a sign. */
function keepsSecret(rest: string): boolean {
  const [, alone = '', value = ''] = /^(\w{1,80})\s+(\S{1,200})$/.exec(rest.trim()) ?? [];
  if (alone !== '') return isSecret(alone) && comesFromArgument(value);
  return [...rest.matchAll(ASSIGNED)].some(
    ({ groups }) => isSecret(groups?.['name'] ?? '') && comesFromArgument(groups?.['value'] ?? ''),
  );
}

function isSecret(name: string): boolean {
  return namesSecret(name) && !PUBLIC.test(name);
}

function comesFromArgument(value: string): boolean {
  return /^["']?\$\{?\w+\}?["']?$/.test(value);
}
