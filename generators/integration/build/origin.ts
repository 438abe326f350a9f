import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';

/** origin.ts: where the client calls. */
export function origin({ answers }: Facts): Built {
  return ts`
// Listed in security/egress/ as well: what is not is refused.
export const ORIGIN = ${String(answers['baseUrl'])};
`;
}
