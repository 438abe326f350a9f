import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const secretShapesTest = 'platform/test/secret-shapes.test.ts';
const promptScanTest = 'proofs/secret-shapes/prompt-scan.test.ts';
const secretShapesSecretShapesTest = 'proofs/secret-shapes/secret-shapes.test.ts';

export const platformMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/prompt-scan.ts', [
    [
      'SUPPLY-6',
      'rules.length === 0',
      'rules.length < 9',
      secretShapesTest,
      'a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'promptRefused.publish({ rule })',
      'promptRefused.publish({ rule, text })',
      secretShapesTest,
      'a prompt with a secret is refused as a whole, and told by its rule alone (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      ".replace(INVISIBLE, '')",
      '',
      promptScanTest,
      'a key is found behind signs that nobody sees, and in full width (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      ".normalize('NFKC')",
      '',
      promptScanTest,
      'a key is found behind signs that nobody sees, and in full width (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      "includes('card')",
      "includes('iban')",
      promptScanTest,
      'a card number stays here (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'text.length > MOST_SIGNS',
      'false',
      promptScanTest,
      'a prompt that is a file is not read to its end (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      'class Scanned {',
      'export class Scanned {',
      secretShapesTest,
      'nothing but scanPrompt() makes a prompt (SUPPLY-6)',
    ],
  ]),
  ...mutationsOf('platform/src/secret-shapes.ts', [
    [
      'SUPPLY-6',
      '...findWrittenOut(text, kind),',
      '',
      secretShapesTest,
      'what looks like DB_PAS... in .env is found (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '...findRandomValues(text, kind),',
      '',
      secretShapesSecretShapesTest,
      'what looks like {"valu... in c.json is found (SUPPLY-6)',
    ],
    [
      'SUPPLY-6',
      '...findPrivateKeys(text),',
      '',
      secretShapesSecretShapesTest,
      'what looks like {"kty"... in key.json is found (SUPPLY-6)',
    ],
  ]),
];
