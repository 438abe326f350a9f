import { describe, test } from 'vitest';

import { type Rule, emittedRules as rules } from '../../src/guard/index.ts';
import { readingsOf } from '../../src/guard/disguise.ts';
import { expectLinear } from './growth.ts';

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
  '--password a',
  'mysql -p',
  'docker login -p',
  'redis-cli -a ',
  'echo a|',
  'htpasswd -b a ',
  'machine a login a password ',
  'machine ',
  'a:a:a:a:',
  'variable "a_token" {',
  'ENV A_TOKEN ',
  '<password>',
  "define('A_TOKEN',",
  'kind: Secret\ndata:\n  a: ',
  '| password |\n',
  'the password is ',
  '$2b$12$',
  '$argon2id$v=',
  '$6$a$',
  'Server=a;',
  'host=a ',
  '?password=',
  'basic btoa(',
  'basic btoa("a:',
  'a=a:',
  'a:a@tcp',
  'auth=("a","',
  'requirepass\n',
  'secret --value ',
];

const TIMEOUT_MS = 120_000;

const textRules = rules.filter((rule) => rule.text && rule.id !== 'secret-known-format');

describe(
  'a quarter of a megabyte of unfinished matches takes linear time',
  { timeout: TIMEOUT_MS },
  () => {
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
  },
);

/** One file of each kind the rule reads. */
async function runText(rule: Rule, text: string): Promise<void> {
  const paths = ['a.yml', 'Dockerfile', 'package.json', 'package-lock.json', '.npmrc'];
  const path = paths.find((candidate) => rule.files?.test(candidate) ?? true) ?? 'a.ts';
  await rule.text?.({ path, content: text }, { files: [] });
}
