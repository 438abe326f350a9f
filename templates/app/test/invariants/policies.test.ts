import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { basename } from 'node:path';
import { before, test } from 'node:test';
import type { Decision, Policies, Resource } from '@app/platform/authorization/decide';
import { loadPolicies } from '@app/platform/authorization/decide';
import { unformatted } from '@app/platform/authorization/policies';
import type { CallerFacts } from '@app/platform/sessions/caller';
import { callerWithoutSession } from '../../platform/test/support/caller.ts';
import { POLICIES } from '@app/platform/service/folders';

interface Case {
  readonly name: string;
  readonly expected: 'ALLOW' | 'DENY';
  readonly decision: Decision;
}

const folder = fileURLToPath(POLICIES);
let policies: Policies;
let cases: readonly Case[];
before(async () => {
  policies = await loadPolicies(POLICIES);
  cases = [...casesIn('ALLOW'), ...casesIn('DENY')];
});

test('each case is decided as its folder says (AUTHZ-1)', () => {
  for (const { name, expected, decision } of cases)
    assert.equal(decision.allow ? 'ALLOW' : 'DENY', expected, name);
});

test('every request across tenants stops at the wall, whatever else refuses it (AUTHZ-1)', () => {
  const crossing = [...filesIn('ALLOW'), ...filesIn('DENY')].map(read).filter(crossesTenants);
  assert.ok(crossing.length > 0);
  for (const { caller, action, resource } of crossing) {
    const asked = { caller: callerWithoutSession(caller), action, resource };
    assert.ok(policies.decide(asked).reasons.includes('tenant-wall'), JSON.stringify(asked));
  }
});

test('there are at least as many refusals as grants, in every module', () => {
  const modules = new Set(cases.map(({ name }) => name.split('/')[1]));
  for (const module of modules) {
    const verdicts = cases.filter(({ name }) => name.split('/')[1] === module);
    const denied = verdicts.filter(({ expected }) => expected === 'DENY').length;
    assert.ok(denied >= verdicts.length - denied, `${module}: add cases to cases/DENY/${module}/`);
  }
});

test('every policy decides at least one case, so removing any of them is noticed', () => {
  const deciding = new Set(cases.flatMap(({ decision }) => decision.reasons));
  const idle = policyIds().filter((id) => !deciding.has(id));
  assert.deepEqual(idle, [], 'Add a case under policies/cases for each.');
});

test('every action is granted to somebody in a case, and refused to somebody', () => {
  for (const expected of ['ALLOW', 'DENY'] as const) {
    const tried = new Set(filesIn(expected).map((file) => read(file).action));
    const untried = policies.actions.filter((action) => !tried.has(action));
    assert.deepEqual(untried, [], `Add a case under policies/cases/${expected} for each.`);
  }
});

test('the policies are formatted', async () => {
  assert.deepEqual(await unformatted(POLICIES), []);
});

function casesIn(expected: Case['expected']): Case[] {
  return filesIn(expected).map((file) => {
    const { caller, action, resource } = read(file);
    const decision = policies.decide({ caller: callerWithoutSession(caller), action, resource });
    return { name: file.replaceAll('\\', '/'), expected, decision };
  });
}

// A tenant is at home in itself; everything else names its tenant.
function crossesTenants({ caller, resource }: ReturnType<typeof read>): boolean {
  const { type, id, attributes } = resource;
  const home = type === 'App::Tenant' ? id : attributes['tenant'];
  return home !== callerWithoutSession(caller).tenant;
}

function filesIn(expected: Case['expected']): string[] {
  return globSync(`${expected}/*/*.json`, { cwd: `${folder}cases` }).toSorted();
}

function read(file: string) {
  return JSON.parse(readFileSync(`${folder}cases/${file}`, 'utf8')) as {
    caller: Partial<CallerFacts>;
    action: string;
    resource: Resource;
  };
}

function policyIds(): string[] {
  return globSync('*.cedar', { cwd: folder }).flatMap((file) => {
    const text = readFileSync(`${folder}${basename(file)}`, 'utf8');
    return [...text.matchAll(/@id\("([^"]+)"\)/g)].map(([, id = '']) => id);
  });
}
