import { mask } from './logging/masking.ts';
import { promptRefused } from './prompt-refused.ts';
import type { Result } from './result.ts';
import { err, ok } from './result.ts';
import { findSecrets } from './secret-shapes.ts';

// A prompt is read whole before it is sent. What is longer is a file, and takes another way.
const MOST_SIGNS = 1_000_000;

// They split a key in two for us and not for whoever is asked to join it.
const INVISIBLE = /\p{Cf}/gu;

export interface PromptRefusal {
  // What was found, by rule. Where, and what it was, is told to nobody.
  readonly rules: readonly string[];
}

/** Text that may be sent to a model. `scanPrompt` makes it and nothing else can, so a call that asks for one is a door. */
class Scanned {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}
// Its type alone: without the class there is no way to make one.
export type ScannedPrompt = Scanned;

/** Whatever answers prompts. A client of a provider implements it, and so takes no text that was not looked at. */
export interface Model {
  answer(prompt: ScannedPrompt): Promise<string>;
}

/**
 * A prompt leaves for good: it is logged, kept and perhaps learnt from, by somebody else. One that holds a secret or a card
 * number is refused as a whole, since what is cut out of a sentence can often be told from the rest. (SUPPLY-6)
 */
export async function scanPrompt(text: string): Promise<Result<ScannedPrompt, PromptRefusal>> {
  const rules = text.length > MOST_SIGNS ? ['too-long'] : await rulesBrokenBy(text);
  if (rules.length === 0) return ok(new Scanned(text));
  for (const rule of rules) promptRefused.publish({ rule });
  return err({ rules });
}

async function rulesBrokenBy(text: string): Promise<string[]> {
  // As it is read by a person or a model: full-width letters are letters.
  const plain = text.normalize('NFKC').replace(INVISIBLE, '');
  const texts = plain === text ? [text] : [text, plain];
  const found = await Promise.all(texts.map((one) => findSecrets(one)));
  const rules = found.flat().map(({ rule }) => rule);
  if (texts.some((one) => mask(one).kinds.includes('card'))) rules.push('card-number');
  return [...new Set(rules)].toSorted();
}
