import { describe, expect, test } from 'vitest';

import { type Rule, emittedRules as rules } from '../../src/guard/index.ts';
import { readingsOf } from '../../src/guard/disguise.ts';

/** Text made to keep a backtracking pattern busy: what the patterns begin with, over and over, never finished. */
const SEEDS = [
  'a',
  '0',
  ' ',
  '\t',
  '-',
  '"',
  '=',
  ':',
  'A1b',
  'eyJ',
  'eyJaaaaaaaa.',
  'AKIA',
  'curl ',
  'curl -u a',
  'Bearer ',
  'a://',
  'a://b:',
  'a://:',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '"d":"',
  'password=',
  'password: "',
  'SECRET_KEY:',
  '${A_TOKEN:-',
  'insert into users (',
  'insert into users(a)values(',
  'role text not null ',
  'FROM --a=b ',
  'RUN --mount=type=bind ',
  'COPY ',
  'image: ',
  '- uses: ',
  '{uses:',
  '4 ',
  '41-',
  '4111 ',
  'a/',
  'a.a',
  'ghs_1_a',
  'xoxb-a-',
  'mongodb://a',
  '%3',
  '%34',
  '&#5',
  '\\u',
  'A_A_',
  'SKIP_AUTH\n',
  'SKIP_',
  'default allow ',
  'default_policy: ',
  'e = ',
  'is_admin boolean not null ',
  'admin ',
  'remoteAddress ',
  '//a',
  '@a:',
  '\u200b',
  '４',
  "'",
  'key-',
  'sk-proj-',
  'secret',
  'Basic ',
  'authorization:',
  'name: a value: ',
  'a=b=',
  'a: "b: ',
  'curl -s ',
  'curl a|',
  'sslmode=',
  '://a@sslmode=disable',
  "script-src 'self' ",
  'access-control-allow-origin: ',
  'allow_origins: - ',
  'Action: ',
  '{"Action":',
  'Action:\n',
  'Resource: *\nAction: *\n',
  'permit (',
  'permit(principal, action, resource) when { ',
  'grant a to ',
  'grant all ',
  'create function a ',
  'create function a() as $$ ',
  'create policy a as ',
  'alter table a ',
  'cidr: 0.0.0.0/0 ',
  'cidr: 0.0.0.0/0\n',
  'host a a a ',
  '- 1:5432',
  '/home/a',
  'C:\\Users\\a',
  'npx -y ',
  'npm i -g ',
  'npm i a@',
  'pip install a ',
  'image: a:a/',
  '"npx", ["-y", ',
];

const SMALL = 64 * 1024;
const LARGE = 16 * SMALL;

/** Linear work grows sixteenfold, and a busy machine adds to it; a quadratic pattern takes 256 times as long. */
const GROWTH = 100;

/** The least a time counts as: shorter ones say nothing about growth. */
const CLOCK_MS = 4;

/** Rounds of a measurement that did not pass; the collector and other work on the machine only ever add. */
const ROUNDS = 4;

/** 64 KB that take this long are no linear work; a megabyte of them would not end. */
const HOPELESS_MS = 2_000;

const TIMEOUT_MS = 120_000;

const textRules = rules.filter((rule) => rule.text && rule.id !== 'secret-known-format');

describe('a megabyte of unfinished matches takes linear time', { timeout: TIMEOUT_MS }, () => {
  test.each(textRules)('$id', async (rule) => {
    for (const seed of SEEDS) await expectLinear((text) => runText(rule, text), seed);
  });

  test.each(rules.filter((rule) => rule.answer && rule.id !== 'secret-known-format'))(
    '$id, in answers',
    async (rule) => {
      const run = (text: string) => rule.answer?.({ name: 'a', text, disguised: false });
      for (const seed of SEEDS) await expectLinear(run, seed);
    },
  );

  test.each(rules.filter((rule) => rule.keywords))('keywords of $id', async (rule) => {
    for (const seed of SEEDS)
      await expectLinear((text) => rule.keywords?.map((keyword) => keyword.test(text)), seed);
  });

  test('removing disguises', async () => {
    for (const seed of SEEDS) await expectLinear((text) => readingsOf(text), seed);
  });
});

/** One file of each kind the rule reads. */
async function runText(rule: Rule, text: string): Promise<void> {
  const paths = ['a.yml', 'Dockerfile', 'package.json', 'package-lock.json', '.npmrc'];
  const path = paths.find((candidate) => rule.files?.test(candidate) ?? true) ?? 'a.ts';
  await rule.text?.({ path, content: text }, { files: [] });
}

async function expectLinear(run: (text: string) => unknown, seed: string): Promise<void> {
  const [small, large] = [repeat(seed, SMALL), repeat(seed, LARGE)];
  let growth = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && growth >= GROWTH; round++) {
    const least = Math.max(await timeOf(run, small), CLOCK_MS);
    if (least > HOPELESS_MS) break;
    growth = Math.min(growth, (await timeOf(run, large)) / least);
  }
  expect(growth, `growth on ${JSON.stringify(seed)}`).toBeLessThan(GROWTH);
}

/** Milliseconds of processor, which other work on the machine does not change. */
async function timeOf(run: (text: string) => unknown, text: string): Promise<number> {
  const start = process.cpuUsage();
  await run(text);
  return process.cpuUsage(start).user / 1000;
}

function repeat(seed: string, length: number): string {
  return seed.repeat(Math.ceil(length / seed.length));
}
