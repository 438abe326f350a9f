import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import app from '../../generators/app/generator.ts';
import healthCheck from '../../generators/health-check/generator.ts';
import infra from '../../generators/infra/generator.ts';
import integration from '../../generators/integration/generator.ts';
import jobs from '../../generators/jobs/generator.ts';
import mail from '../../generators/mail/generator.ts';
import modelClient from '../../generators/model-client/generator.ts';
import notes from '../../generators/notes/generator.ts';
import outboundWebhook from '../../generators/outbound-webhook/generator.ts';
import outboundWebhooks from '../../generators/outbound-webhooks/generator.ts';
import webhook from '../../generators/webhook/generator.ts';
import webhooks from '../../generators/webhooks/generator.ts';
import { mutations } from './mutations/index.ts';
import { titleOf } from './mutations/mutation.ts';
import { isDecided, verdictOf } from './verdict.ts';

// Fewer than this is an anecdote, not a control whose tests were tried.
const FEWEST_A_CONTROL = 3;

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

const claimed = [
  app,
  notes,
  healthCheck,
  infra,
  integration,
  modelClient,
  jobs,
  webhooks,
  webhook,
  outboundWebhooks,
  outboundWebhook,
  mail,
].flatMap(({ id, controls }) => controls.map((control) => ({ generator: id, control })));

test.each(claimed)('$control of $generator is tried', ({ generator, control }) => {
  const tried = mutations.filter((mutation) => mutation.control === control);
  expect(tried.length).toBeGreaterThanOrEqual(FEWEST_A_CONTROL);
  // What a module claims is its own to prove: that the app's tests are good says nothing of it.
  const own = generator === 'app' ? tried : tried.filter(({ file }) => isOf(generator, file));
  expect(own).not.toEqual([]);
});

test('no mutation is of a control that nothing claims', () => {
  const known = new Set<string>(['unclaimed', ...claimed.map(({ control }) => control)]);
  expect(mutations.filter(({ control }) => !known.has(control))).toEqual([]);
});

test('no mutation stands in the table twice', () => {
  expect(new Set(mutations.map(titleOf)).size).toBe(mutations.length);
});

test('a mutant that takes the whole file down has not been noticed', () => {
  const [named, other] = ['the named test', 'another test'];
  const failed = { name: named, passed: false, ms: 1, error: 'AssertionError' };
  const passed = { name: other, passed: true, ms: 1 };
  expect(verdictOf([failed, passed], named)).toBe('noticed');
  expect(verdictOf([{ ...failed, passed: true }, passed], named)).toBe('survived');
  expect(verdictOf([{ ...failed, error: 'ReferenceError' }, passed], named)).toBe('crashed');
  expect(verdictOf([failed, { ...failed, name: other }], named)).toBe('crashed');
  expect(verdictOf([failed], named)).toBe('noticed');
  expect(verdictOf([{ ...failed, error: 'TypeError' }], named)).toBe('crashed');
  expect(verdictOf([{ ...failed, name: 'some.test.ts' }], named)).toBe('crashed');
  expect([[], [failed], [passed]].map((results) => isDecided(results, named))).not.toContain(true);
  for (const results of [[failed, passed], [{ ...failed, passed: true }]])
    expect(isDecided(results, named)).toBe(true);
});

function isOf(generator: string, file: string): boolean {
  const isNamed = new RegExp(`(^|/)${generator}(-disk)?[/.]`).test(file);
  return isNamed || existsSync(join(TEMPLATES, generator, file));
}
