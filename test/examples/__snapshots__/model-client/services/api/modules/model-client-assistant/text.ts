import { channel } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { mask } from '@app/platform/logging/masking';
import type { Result } from '@app/platform/result';
import { err, ok } from '@app/platform/result';
import { findSecrets } from '@app/platform/secret-shapes';

// The scan blocks the event loop: 200 ms for the worst text of this length. A longer prompt is a file.
const MOST_CHARACTERS = 500_000;

// They split a key in two for this scan, but not for the model.
const INVISIBLE = /\p{Cf}/gu;

const MASK = '[text]';

// Subscribers learn the rule that refused a prompt, and no word of it. (HOOK-6)
const promptRefused = channel('app.prompt.refused');

/** Text that no log line, error, template or JSON shows by accident. (HOOK-6) */
abstract class Hidden {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  protected shown(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

class Scanned extends Hidden {
  /** For the body of the request to the provider, and for nothing else. */
  reveal(): string {
    return this.shown();
  }
}

/** Text that may be sent to a model. Other code has the type without the class, so only `scanPrompt` makes one. */
export type ScannedPrompt = Scanned;

class Untrusted extends Hidden {
  /**
   * An attacker whose text the model read may have written this. Check it as input of a stranger: it is not markup, not
   * a path, not a statement, not an instruction to follow.
   */
  readAsUntrusted(): string {
    return this.shown();
  }
}

/** What a model wrote. It is no string, so code that expects trusted text does not take it. */
export type UntrustedText = Untrusted;

export function untrusted(text: string): UntrustedText {
  return new Untrusted(text);
}

export interface PromptRefusal {
  /** What was found, by rule. Neither the place nor the text leaves the scan. */
  readonly rules: readonly string[];
}

/**
 * Another company logs and stores a prompt, and may train on it. A prompt with a secret or a card number is refused as a
 * whole: the rest of the sentence often reveals what was cut out. (SUPPLY-6)
 */
export async function scanPrompt(text: string): Promise<Result<ScannedPrompt, PromptRefusal>> {
  const rules = text.length > MOST_CHARACTERS ? ['too-long'] : await rulesBrokenBy(text);
  if (rules.length === 0) return ok(new Scanned(text));
  for (const rule of rules) promptRefused.publish({ rule });
  return err({ rules });
}

async function rulesBrokenBy(text: string): Promise<string[]> {
  // A person or a model reads full-width letters as letters.
  const plain = text.normalize('NFKC').replace(INVISIBLE, '');
  const rules = await rulesBrokenAsWritten(text);
  return rules.length > 0 || plain === text ? rules : rulesBrokenAsWritten(plain);
}

async function rulesBrokenAsWritten(text: string): Promise<string[]> {
  const rules = (await findSecrets(text)).map(({ rule }) => rule);
  if (mask(text).kinds.includes('card')) rules.push('card-number');
  return [...new Set(rules)].toSorted();
}
