import { spellings } from '../answers/names.ts';

/**
 * Replaces a template's specimen name by the user's, in every spelling it has: `acme-specimen`, `acme_specimen`,
 * `acmeSpecimen`, `AcmeSpecimen`, `ACME_SPECIMEN`, `acme specimen`. Templates stay code that compiles.
 *
 * One pass over the text, so that a name that contains a spelling of the specimen is never replaced twice.
 */
export function respell(text: string, specimen: string, name: string): string {
  const from = spellings(specimen);
  const to = spellings(name);
  const bySpelling = new Map(
    Object.entries(from).map(([form, spelt]) => [spelt, to[form] ?? name]),
  );
  const alternatives = [...bySpelling.keys()].join('|');
  return text.replace(new RegExp(alternatives, 'g'), (spelt) => bySpelling.get(spelt) ?? spelt);
}
