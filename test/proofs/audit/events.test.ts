import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ocsfOf } from '@app/platform/audit/record';

type Action = Parameters<typeof ocsfOf>[0];

const expected: [action: Action, classUid: number, activityId: number][] = [
  ['session.open', 3002, 1],
  ['session.end', 3002, 2],
  ['role.grant', 3005, 1],
  ['role.revoke', 3005, 2],
  ['audit.list', 6003, 2],
  ['audit.purge', 6003, 4],
  ['audit.accept-loss', 6003, 99],
  ['key.rotate', 6003, 3],
  ['secret.set', 6003, 3],
  ['Notes::Action::"create"', 6003, 1],
  ['Notes::Action::"read"', 6003, 2],
  ['Notes::Deep::Action::"update"', 6003, 3],
  ['Notes::Action::"delete"', 6003, 4],
  ['Notes::Action::"share"', 6003, 99],
  ['Notes::Action::"constructor"', 6003, 99],
];

for (const [action, classUid, activityId] of expected) {
  test(`"${action}" is OCSF class ${classUid}, activity ${activityId} (OBS-1)`, () => {
    assert.deepEqual(ocsfOf(action), { classUid, activityId });
  });
}

test('an event of a kind that nobody listed is none (OBS-1)', () => {
  for (const action of ['', 'constructor', 'notes.share', 'Notes::Action::""', 'x::Action::"y"']) {
    assert.throws(() => ocsfOf(action as Action), /no kind that is listed/);
  }
});
