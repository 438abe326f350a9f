import type { Found } from './known-keys.ts';
import { isRandom, mayBeRandom } from './randomness.ts';
import type { Kind } from './written-out.ts';

// Starts only where a run starts, so that a long one is read once.
const RUN = /(?<![A-Za-z\d+/_-])[A-Za-z\d+/_-]{20,}={0,2}/g;

// What stands right before a value that is random and public: a digest, a data URL, a public key.
const BEFORE_PUBLIC =
  /(?:sha-?(?:1|224|256|384|512)[-:.]|\bh1:|base64(?:,|%2C)|ssh-(?:ed25519|rsa) |ecdsa-[\w-]{1,40} |arn:[^\s"']{0,48})$/i;
const PUBLIC_NAME =
  /(?:sha-?\d{0,3}|digest|hash|checksum|integrity|fingerprint|thumbprint|jkt|commit|revision|etag|public_?key|kid)\w{0,8}["'`]?\s{0,4}[:=]\s{0,4}["'`]?$/i;
const PUBLIC_BLOCK = /-----BEGIN (?:[A-Z]{1,10} )?(?:PUBLIC KEY|CERTIFICATE)-----[^-]{0,20000}/g;
const JWK_PUBLIC = /["']?\b[nxy]["']?\s{0,4}:\s{0,4}["']$/;
// Made for the browser: a payment page shows them to everyone.
const PUBLISHABLE = /^pk_(?:live|test)_/;
// As sha256sum prints it, before the name of its file.
const SUM = /^(?:[a-f\d]{32}|[a-f\d]{40}|[a-f\d]{64}|[a-f\d]{96}|[a-f\d]{128})$/;
const COMMIT = /(?:^|\/commits?\/)[a-f\d]{40}$/;

const HEX = /^[\da-f]+$/i;

const CONTEXT = 48;
const NEARBY = 600;

/** Runs of letters and digits that nobody wrote, and that are public in no way we know. (SUPPLY-6) */
export function findRandomValues(content: string, { isSource, isTest }: Kind): Found[] {
  const text = content.replace(PUBLIC_BLOCK, (block) => ' '.repeat(block.length));
  return (
    [...text.matchAll(RUN)]
      .filter((match) => mayBeRandom(match[0]) && !isPublic(text, match) && isRandom(match[0]))
      .filter((match) => !isSource || isQuoted(text, match))
      // In a test these are digests and frames that it expects; what is drawn to be a key is mostly no hex.
      .filter(([run]) => !isTest || !HEX.test(run))
      .map(({ index }) => ({ rule: 'random-value', index }))
  );
}

function isPublic(text: string, { index, 0: run }: RegExpExecArray): boolean {
  const before = text.slice(Math.max(0, index - CONTEXT), index);
  return (
    COMMIT.test(run) ||
    PUBLISHABLE.test(run) ||
    (SUM.test(run) && /^(?: {2}| \*)\S/.test(text.slice(index + run.length).slice(0, 3))) ||
    (JWK_PUBLIC.test(before) &&
      /\bkty\b/.test(text.slice(Math.max(0, index - NEARBY), index + NEARBY))) ||
    /^sha(?:1|256|384|512)-/.test(run) ||
    BEFORE_PUBLIC.test(before) ||
    PUBLIC_NAME.test(before)
  );
}

// In source, a run outside quotes is an identifier; those are long and mixed without being secret.
function isQuoted(text: string, { index, 0: run }: RegExpExecArray): boolean {
  if (!/^[\w$]+$/.test(run)) return true;
  return /["'`]/.test((text[index - 1] ?? '') + (text[index + run.length] ?? ''));
}
