import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Program } from '../../components/contribution.ts';
import { grantsOf } from '../../components/roles.ts';
import { withheld } from '../../grants.ts';
import { contributions } from '../../modules.ts';
import type { Checkout, LazyTable } from './calls.ts';
import { differenceOf, reachOf } from './calls.ts';

const ROOT = new URL('../../../', import.meta.url);
const hasProject = existsSync(new URL('package.json', ROOT));
/** The lazy tables: operator commands, selected by the first argument, and the parts of a cloud. */
const COMMANDS = 'services/api/commands.ts';
const CLOUD = 'platform/src/aws/cloud.ts';

const checkout: Checkout = (path) => {
  const url = new URL(path, ROOT);
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
};

/** Computed imports, with the files that each can load. */
const computed = Object.fromEntries(
  [['platform/src/webhooks/rotate-key-command.ts', 'services/api/modules/*/endpoint.ts']].map(
    ([file = '', loads = '']) => [file, globSync(loads, { cwd: fileURLToPath(ROOT) })],
  ),
);

/** A person starts any command of no other program in the operator's task. */
function tablesFor(program: Program, programs: readonly Program[]): readonly LazyTable[] {
  const [own] = program.arguments ?? [];
  const others = programs
    .filter(({ id }) => id !== program.id)
    .flatMap(({ entry, arguments: [first] = [] }) => (entry === program.entry && first) || []);
  const selects = (member: string) =>
    program.id === 'operator' ? !others.includes(member) : member === own;
  return [{ path: COMMANDS, selects }, { path: CLOUD }];
}

test(
  'what each program is granted is what its code calls, both ways (SUPPLY-5)',
  { skip: !hasProject && 'no project around it' },
  async () => {
    const programs = contributions.flatMap(({ programs: own = [] }) => own);
    const grants = grantsOf(contributions, { region: 'eu-central-1' });
    const differences = new Map<string, unknown>();
    for (const program of programs) {
      const reach = await reachOf(checkout, [program.entry], {
        computed,
        tables: tablesFor(program, programs),
      });
      const difference = differenceOf(program, reach, grants, contributions);
      if (Object.values(difference).some((list: readonly string[]) => list.length > 0))
        differences.set(program.id, difference);
      for (const { role, action } of withheld.filter((one) => one.role === program.id))
        assert.ok(
          reach.calls.some((call) => call.action === action),
          `${role} does not reach ${action}: nothing has to be withheld.`,
        );
    }
    assert.deepEqual(Object.fromEntries(differences), {});
  },
);

test('a grant that no code of the program calls is refused (SUPPLY-5)', async () => {
  const program: Program = {
    id: 'api',
    service: 'api',
    entry: 'main.ts',
    kind: 'service',
    segment: 'app',
  };
  const reach = await reachOf(() => 'export {};', ['main.ts']);
  const grants = grantsOf([{ module: 'app', programs: [program] }], { region: 'eu-central-1' });
  assert.ok(differenceOf(program, reach, grants, []).excess.includes('kms:Sign'));
});
