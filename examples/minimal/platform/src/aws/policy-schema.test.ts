import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { readSources } from '../authorization/source.ts';
import { policySchema } from './policy-schema.ts';

const POLICIES = new URL('../../../policies/', import.meta.url);

test('the schema in JSON parses, and the policies hold to it as strictly as AWS does (AUTHZ-1)', async () => {
  const schema = JSON.parse(await policySchema(POLICIES));
  assert.equal(cedar.checkParseSchema(schema).type, 'success');
  const sources = await readSources(POLICIES, '.cedar');
  const answer = cedar.validate({
    schema,
    policies: { staticPolicies: sources.map(({ text }) => text).join('\n') },
    validationSettings: { mode: 'strict' },
  });
  assert.ok(answer.type === 'success');
  assert.deepEqual(answer.validationErrors, []);
});
