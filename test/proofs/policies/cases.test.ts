import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readPolicyCases } from '../../test/support/policy-cases.ts';

const good = {
  claim: 'a member reads their own note',
  caller: { subject: 'alice', tenant: 'acme', roles: ['member'] },
  action: 'Notes::Action::"read"',
  resource: { type: 'Notes::Note', id: 'a note', attributes: { tenant: 'acme' } },
};
const GOOD = JSON.stringify([good]);
const SOUND = { 'ALLOW/notes.json': GOOD, 'DENY/notes.json': GOOD };

function read(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'policy-cases-'));
  try {
    writeFileSync(join(folder, 'notes.cedar'), '');
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'cases', file, '..'), { recursive: true });
      writeFileSync(join(folder, 'cases', file), text);
    }
    return readPolicyCases(pathToFileURL(`${folder}/`));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('each case carries its verdict, its module, and a name with file and claim', () => {
  const [allowed, denied, ...rest] = read(SOUND);
  assert.deepEqual(rest, []);
  assert.deepEqual(allowed, {
    ...good,
    verdict: 'ALLOW',
    module: 'notes',
    name: 'policies/cases/ALLOW/notes.json: a member reads their own note',
  });
  assert.equal(denied?.verdict, 'DENY');
});

const FAULTY: readonly (readonly [what: string, text: string | undefined, said: RegExp])[] = [
  ['a missing file', undefined, /is missing or is not JSON/],
  ['an empty file', '', /is missing or is not JSON/],
  ['no list', '{}', /is not a list of at least one case/],
  ['an empty list', '[]', /is not a list of at least one case/],
  ['no object', '[7]', /"case 1" is not a case/],
  ['no claim', JSON.stringify([{ ...good, claim: undefined }]), /"case 1" is not a case/],
  ['a blank claim', JSON.stringify([{ ...good, claim: ' ' }]), /" " is not a case/],
  [
    'one claim twice',
    JSON.stringify([good, good]),
    /"a member reads their own note" stands there twice/,
  ],
  ...[
    { ...good, verdict: 'ALLOW' },
    { ...good, action: undefined },
    { ...good, caller: { ...good.caller, rolse: [] } },
    { ...good, caller: { ...good.caller, roles: 'member' } },
    { ...good, caller: { ...good.caller, risk: 101 } },
    { ...good, caller: { ...good.caller, authTime: '2026-01-01' } },
    { ...good, caller: { ...good.caller, tenant: undefined } },
    { ...good, resource: { ...good.resource, owner: 'alice' } },
    { ...good, resource: { ...good.resource, attributes: undefined } },
  ].map(
    (entry) =>
      [
        JSON.stringify(entry).slice(-90),
        JSON.stringify([entry]),
        /"a member reads their own note" is not a case: look at /,
      ] as const,
  ),
];

for (const [what, text, said] of FAULTY)
  test(`${what} in a file of cases is refused with its name: ${said.source}`, () => {
    for (const file of ['ALLOW/notes.json', 'DENY/notes.json'] as const) {
      const { [file]: _replaced, ...others } = SOUND;
      assert.throws(
        () => read(text === undefined ? others : { ...others, [file]: text }),
        (error: Error) =>
          error.message.startsWith(`policies/cases/${file} `) && said.test(error.message),
      );
    }
  });

for (const stray of [
  'ALLOW/notes/a-member-reads.json',
  'DENY/visits.json',
  'MAYBE/notes.json',
  'notes.json',
])
  test(`a case at ${stray} is refused, since no policy would be held against it`, () => {
    assert.throws(() => read({ ...SOUND, [stray]: GOOD }), {
      message: `policies/cases/${stray} is not ALLOW/<module>.json or DENY/<module>.json.`,
    });
  });
