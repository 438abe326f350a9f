import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionMatrix } from '@app/platform/authorization/decision-matrix';
import { folderWith } from '../../platform/test/support/folder.ts';
import { FILES, SHELF_POLICIES } from '../../platform/test/support/policies.ts';

const EXPECTED = `\
Who may do what, at most: asked with the strongest session there is
(verified user, signed in just now, bound to a key, scopes: shelf:all)
and a resource whose other attributes are empty.

Shelf::Action::"greet" on App::User
             own, same tenant    another's, same tenant  own, other tenant  another's, other tenant
  (no role)  deny                deny                    deny               deny
  member     allow at risk 0-79  allow at risk 0-79      deny               deny
  operator   deny                deny                    deny               deny

Shelf::Action::"read" on Shelf::Book
             own, same tenant    another's, same tenant  own, other tenant  another's, other tenant
  (no role)  deny                deny                    deny               deny
  member     allow at risk 0-79  deny                    deny               deny
  operator   allow at risk 0-79  allow at risk 0-79      deny               deny

Shelf::Action::"write" on Shelf::Book
             own, same tenant  another's, same tenant  own, other tenant  another's, other tenant
  (no role)  deny              deny                    deny               deny
  member     deny              deny                    deny               deny
  operator   deny              deny                    deny               deny
`;

test('the matrix shows every action by role, ownership, tenant and risk (AUTHZ-1)', async (t) => {
  assert.equal(await decisionMatrix(await folderWith(t, FILES)), EXPECTED);
});

test('the matrix is the same every time (AUTHZ-1)', async (t) => {
  const folder = await folderWith(t, FILES);
  assert.equal(await decisionMatrix(folder), await decisionMatrix(folder));
});

test('a condition that is widened shows as the cells it opens (AUTHZ-1)', async (t) => {
  const widened = SHELF_POLICIES.replace('resource.owner == principal', 'principal == principal');
  const matrix = await decisionMatrix(await folderWith(t, { ...FILES, 'shelf.cedar': widened }));
  assert.match(matrix, /member {5}allow at risk 0-79 {2}allow at risk 0-79 {6}deny/);
});

test('a wall that is moved or taken down shows, to the single risk (AUTHZ-1)', async (t) => {
  const wall = (text: string) => folderWith(t, { ...FILES, 'app.cedar': text });
  const moved = FILES['app.cedar']?.replace('context.risk >= 80', 'context.risk > 80') ?? '';
  assert.match(await decisionMatrix(await wall(moved)), /member {5}allow at risk 0-80 /);

  const hole = FILES['app.cedar']?.replace('context.risk >= 80', 'context.risk == 80') ?? '';
  assert.match(await decisionMatrix(await wall(hole)), /member {5}allow at risk 0-79, 81-100 /);

  const gone = FILES['app.cedar']?.split('\n\n')[0] ?? '';
  assert.match(await decisionMatrix(await wall(gone)), /member {5}allow {13}deny/);
});
