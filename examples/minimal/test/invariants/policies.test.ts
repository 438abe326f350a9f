import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { before, test } from 'node:test';
import type { Decision, Policies } from '@app/platform/authorization/decide';
import { loadPolicies } from '@app/platform/authorization/decide';
import { unformatted } from '@app/platform/authorization/policies';
import { callerWithoutSession } from '../../platform/test/support/specimens.ts';
import { POLICIES } from '@app/platform/service/folders';
import type { PolicyCase } from '../support/policy-cases.ts';
import { readPolicyCases } from '../support/policy-cases.ts';

const cases = readPolicyCases(POLICIES);
let policies: Policies;
before(async () => {
  policies = await loadPolicies(POLICIES);
});

test('each case is decided as its folder says (AUTHZ-1)', () => {
  for (const policyCase of cases) {
    const { allow, reasons } = decide(policyCase);
    assert.equal(allow ? 'ALLOW' : 'DENY', policyCase.verdict, policyCase.name);
    // A request that no policy can judge is refused too, and would prove nothing about the policies.
    const broken = reasons.filter((reason) => reason.startsWith('error:'));
    assert.deepEqual(broken, [], policyCase.name);
  }
});

test('every request across tenants stops at the wall, whatever else refuses it (AUTHZ-1)', () => {
  const crossing = cases.filter(crossesTenants);
  assert.ok(crossing.length > 0);
  for (const policyCase of crossing)
    assert.ok(decide(policyCase).reasons.includes('tenant-wall'), policyCase.name);
});

test('there are at least as many refusals as grants, in every module', () => {
  for (const module of new Set(cases.map((policyCase) => policyCase.module))) {
    const verdicts = cases.filter((policyCase) => policyCase.module === module);
    const denied = verdicts.filter(({ verdict }) => verdict === 'DENY').length;
    const message = `Add cases to policies/cases/DENY/${module}.json.`;
    assert.ok(denied >= verdicts.length - denied, message);
  }
});

test('every policy decides at least one case, so removing any of them is noticed', () => {
  const deciding = new Set(cases.flatMap((policyCase) => decide(policyCase).reasons));
  const idle = policyIds().filter((id) => !deciding.has(id));
  assert.deepEqual(idle, [], 'Add a case below policies/cases for each.');
});

test('every action has a case that allows it and a case that denies it', () => {
  for (const verdict of ['ALLOW', 'DENY'] as const) {
    const tried = new Set(
      cases.filter((one) => one.verdict === verdict).map(({ action }) => action),
    );
    const untried = policies.actions.filter((action) => !tried.has(action));
    assert.deepEqual(untried, [], `Add a case below policies/cases/${verdict} for each.`);
  }
});

test('the policies are formatted', async () => {
  assert.deepEqual(await unformatted(POLICIES), []);
});

function decide({ caller, action, resource }: PolicyCase): Decision {
  return policies.decide({ caller: callerWithoutSession(caller), action, resource });
}

// A tenant is at home in itself; everything else names its tenant.
function crossesTenants({ caller, resource }: PolicyCase): boolean {
  const { type, id, attributes } = resource;
  return caller.tenant !== (type === 'App::Tenant' ? id : attributes['tenant']);
}

function policyIds(): string[] {
  const folder = fileURLToPath(POLICIES);
  return globSync('*.cedar', { cwd: folder }).flatMap((file) => {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    return [...text.matchAll(/@id\("([^"]+)"\)/g)].map(([, id = '']) => id);
  });
}
