import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ocsfOf } from './ocsf.ts';

const expected: [action: string, classUid: number, activityId: number][] = [
  ['session.open', 3002, 1],
  ['App::Action::"end-session"', 3002, 2],
  ['role.grant', 3005, 1],
  ['role.revoke', 3005, 2],
  ['Notes::Action::"create"', 6003, 1],
  ['Notes::Action::"read"', 6003, 2],
  ['notes.update', 6003, 3],
  ['notes.delete', 6003, 4],
  ['notes.share', 6003, 99],
  ['constructor', 6003, 99],
  ['', 6003, 99],
];

for (const [action, classUid, activityId] of expected) {
  test(`"${action}" is OCSF class ${classUid}, activity ${activityId} (OBS-1)`, () => {
    assert.deepEqual(ocsfOf(action), { classUid, activityId });
  });
}
