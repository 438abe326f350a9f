import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const infraTest = 'test/invariants/infra.test.ts';

export const infraMutations: readonly Mutation[] = [
  ...mutationsOf('infra/modules.ts', [
    [
      'SUPPLY-5',
      "import { app } from './modules/app.ts';\n",
      '',
      infraTest,
      'what a module asks of the cloud is asked in one index (SUPPLY-5)',
    ],
  ]),
  ...mutationsOf('infra/package.json', [
    [
      'SUPPLY-1',
      '"@pulumi/aws": "7.48.0"',
      '"@pulumi/aws": "^7.48.0"',
      infraTest,
      'the packages that deploy are pinned like those that run (SUPPLY-1)',
    ],
  ]),
  ...mutationsOf('infra/.npmrc', [
    ['SUPPLY-1', 'allow-git=none\n', '', infraTest, 'npm holds them to the same rules (SUPPLY-1)'],
  ]),
];
