import { NOT_A_LOCKFILE } from '../lockfiles.ts';
import type { Rule } from '../rule.ts';
import { isRandom, mayBeRandom } from '../secrets/randomness.ts';
import { SOURCE_FILE } from '../syntax/parse.ts';

/** Starts only where a run starts, so scanning is linear. */
const RUN = /(?<![A-Za-z\d+/_-])[A-Za-z\d+/_-]{20,}={0,2}/g;

/** What may stand right before a public random value: a hash algorithm, a data URL, an SSH public key. */
const BEFORE_PUBLIC =
  /(?:sha-?(?:1|224|256|384|512)[-:.]|\bh1:|base64(?:,|%2C)|ssh-(?:ed25519|rsa) |ecdsa-[\w-]+ |arn:[^\s"']*)$/i;

/** Names of values that are random and public. */
const PUBLIC_NAME =
  /(?:sha-?\d*|digest|hash|checksum|integrity|fingerprint|thumbprint|jkt|commit|revision|etag|public_?key|kid)\w{0,8}["'`]?\s*[:=]\s*["'`]?$/i;

/** Certificates and public keys: random, and made to be shown. */
const PUBLIC_BLOCK = /-----BEGIN (?:[A-Z]{1,10} )?(?:PUBLIC KEY|CERTIFICATE)-----[^-]{0,20000}/g;

/** The public half of a JSON Web Key: modulus and point. Its kind stands nearby. */
const JWK_PUBLIC = /["']?\b[nxy]["']?\s{0,4}:\s{0,4}["']$/;

/** Keys that are made for the browser, which a payment page shows to everyone, and names of what is sold there. */
const PUBLISHABLE =
  /^(?:pk_(?:live|test)|price|prod|plan|acct|cus|card|ch|txn|sub|evt)_(?!\w*_secret_)/;

/** A digest before the name of its file, as sha256sum prints it. */
const SUM = /^(?:[a-f\d]{32}|[a-f\d]{40}|[a-f\d]{64}|[a-f\d]{96}|[a-f\d]{128})$/;

/** How far around a member of a key its kind is looked for. */
const NEARBY = 600;

/** Git commits and SHA-1 digests, alone or at the end of an address. A key of forty digits would be an odd one. */
const COMMIT = /(?:^|\/commits?\/)[a-f\d]{40}$/;

const CONTEXT = 48;

export const secretHighEntropy: Rule = {
  id: 'secret-high-entropy',
  control: 'SUPPLY-6',
  reason:
    'A string this random is a key or token in all but name, and everyone with the file has it.',
  wayOut:
    'Read it at run time from the secret store; if it is a public hash, write it as one (sha256:...).',
  files: NOT_A_LOCKFILE,
  text: ({ path, content }) => find(content, SOURCE_FILE.test(path)),
  answer: ({ name, text, disguised }) => !disguised && find(`${name}="${text}"`, false).length > 0,
};

function find(content: string, isSource: boolean): number[] {
  const text = content.replace(PUBLIC_BLOCK, (block) => ' '.repeat(block.length));
  return [...text.matchAll(RUN)]
    .filter((match) => mayBeRandom(match[0]) && !isPublic(text, match) && isRandom(match[0]))
    .filter((match) => !isSource || isQuoted(text, match))
    .map((match) => match.index);
}

function isPublic(text: string, { index, 0: run }: RegExpExecArray): boolean {
  const before = text.slice(Math.max(0, index - CONTEXT), index);
  return (
    COMMIT.test(run) ||
    PUBLISHABLE.test(run) ||
    (SUM.test(run) &&
      /^(?: {2}| \*)\S/.test(text.slice(index + run.length, index + run.length + 3))) ||
    (JWK_PUBLIC.test(before) &&
      /\bkty\b/.test(text.slice(Math.max(0, index - NEARBY), index + NEARBY))) ||
    /^sha(?:1|256|384|512)-/.test(run) ||
    BEFORE_PUBLIC.test(before) ||
    PUBLIC_NAME.test(before)
  );
}

/** In source, a run outside quotes is an identifier; those are long and mixed without being secret. */
function isQuoted(text: string, { index, 0: run }: RegExpExecArray): boolean {
  if (!/^[\w$]+$/.test(run)) return true;
  return /["'`]/.test((text[index - 1] ?? '') + (text[index + run.length] ?? ''));
}
