import type { Catalogue } from '../catalogue.ts';
import type { Generator } from '../define-generator.ts';

/** How a generator is called on the command line: `webhook --outbound` for a variant, and otherwise its id. */
export function spellingOf({ id, variantOf }: Generator): string {
  return variantOf ? `${variantOf.id} --${variantOf.flag}` : id;
}

/** The same arguments with a variant called by its id: `webhook --outbound orders` is `outbound-webhook orders`. */
export function withVariant(argv: readonly string[], { generators }: Catalogue): readonly string[] {
  const [first, ...rest] = argv;
  for (const { id, variantOf } of generators.values()) {
    const at = variantOf?.id === first ? rest.indexOf(`--${variantOf?.flag}`) : -1;
    if (at !== -1) return [id, ...rest.toSpliced(at, 1)];
  }
  return argv;
}
