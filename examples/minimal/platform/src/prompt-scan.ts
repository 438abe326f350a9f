import { mask } from './logging/masking.ts';
import { promptRefused } from './prompt-refused.ts';
import type { Result } from './result.ts';
import { err, ok } from './result.ts';
import { findSecrets } from './secret-shapes.ts';

// A longer prompt is a file, and a file needs another way.
const MOST_SIGNS = 1_000_000;

// They split a key in two for this scan, but not for the model.
const INVISIBLE = /\p{Cf}/gu;

export interface PromptRefusal {
  // What was found, by rule. Neither the place nor the text leaves this function.
  readonly rules: readonly string[];
}

/** Text that may be sent to a model. Only `scanPrompt` can make it, so a client that takes it takes nothing unscanned. */
class Scanned {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }
}
// Exports the type only: without the class, other code cannot make one.
export type ScannedPrompt = Scanned;

/** A client of a model provider implements it, and so takes no text that was not scanned. */
export interface Model {
  answer(prompt: ScannedPrompt): Promise<string>;
}

/**
 * Another company logs and stores a prompt, and may train on it. A prompt with a secret or a card number is refused as a
 * whole: the rest of the sentence often reveals what was cut out. (SUPPLY-6)
 */
export async function scanPrompt(text: string): Promise<Result<ScannedPrompt, PromptRefusal>> {
  const rules = text.length > MOST_SIGNS ? ['too-long'] : await rulesBrokenBy(text);
  if (rules.length === 0) return ok(new Scanned(text));
  for (const rule of rules) promptRefused.publish({ rule });
  return err({ rules });
}

async function rulesBrokenBy(text: string): Promise<string[]> {
  // A person or a model reads full-width letters as letters.
  const plain = text.normalize('NFKC').replace(INVISIBLE, '');
  const texts = plain === text ? [text] : [text, plain];
  const found = await Promise.all(texts.map((one) => findSecrets(one)));
  const rules = found.flat().map(({ rule }) => rule);
  if (texts.some((one) => mask(one).kinds.includes('card'))) rules.push('card-number');
  return [...new Set(rules)].toSorted();
}
