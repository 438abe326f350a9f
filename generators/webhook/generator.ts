import type { Answers } from '../../src/answers/answer.ts';
import { defineGenerator, own, type Packages } from '../../src/define-generator.ts';
import { endpoint } from './build/endpoint.ts';
import { payloads } from './build/payloads.ts';
import { samples } from './build/samples.ts';
import { headersFor, schemeFor, type SchemeName, schemeOf, SCHEMES } from './schemes.ts';
import { signedTextProblem } from './signed-text.ts';

const MODULE = 'services/api/modules/webhook-acme-specimen';

/** What senders publish of their payloads. Nothing of it runs. */
const TYPES: Readonly<Partial<Record<SchemeName, Packages>>> = {
  stripe: { 'services/api/package.json': { 'devDependencies.stripe': '23.1.0' } },
  slack: { 'services/api/package.json': { 'devDependencies.@slack/types': '3.2.0' } },
};

const HEADER = { source: '[a-z][a-z0-9-]{0,59}', sentence: 'must be a header in lower case' };

const isCustom = (answers: Answers): boolean => answers['scheme'] === 'custom';

export default defineGenerator({
  id: 'webhook',
  summary: 'An endpoint for what a provider sends: verified, kept, and acted on once',
  kind: 'module',
  named: { message: 'Who sends', example: 'stripe' },
  specimen: 'acme-specimen',
  questions: [
    {
      kind: 'choice',
      key: 'scheme',
      message: 'How the sender signs',
      help: 'How the sender signs. The name decides where it is that of a provider we know, such as stripe.',
      default: 'standard-webhooks',
      defaultFor: schemeFor,
      choices: SCHEMES,
    },
    {
      kind: 'choice',
      key: 'headers',
      message: 'What its headers are called',
      help: 'For standard-webhooks: webhook-id and so on, or svix-id.',
      default: 'webhook',
      defaultFor: headersFor,
      choices: [
        { value: 'webhook', label: 'webhook-id, webhook-timestamp, webhook-signature' },
        { value: 'svix', label: 'svix-id, svix-timestamp, svix-signature' },
      ],
      when: ({ scheme }) => scheme === 'standard-webhooks',
    },
    {
      kind: 'choice',
      key: 'payload',
      message: 'What Twilio sends',
      help: 'For twilio: forms, as most of its products send, or JSON.',
      default: 'form',
      choices: [
        { value: 'form', label: 'forms' },
        { value: 'json', label: 'JSON' },
      ],
      when: ({ scheme }) => scheme === 'twilio',
    },
    {
      kind: 'text',
      key: 'label',
      message: 'Under which label it signs',
      help: 'For http-signature: the label of the signature that counts, should a proxy add its own.',
      default: 'sig1',
      maxLength: 20,
      pattern: { source: '[a-z][a-z0-9-]*', sentence: 'must be a label in lower case' },
      when: ({ scheme }) => scheme === 'http-signature',
    },
    {
      kind: 'text',
      key: 'signatureHeader',
      message: 'Which header holds the signature',
      help: 'For custom: the header that holds the signature, in lower case.',
      default: 'x-signature',
      maxLength: 60,
      pattern: HEADER,
      when: isCustom,
    },
    {
      kind: 'choice',
      key: 'signatureEncoding',
      message: 'How the signature is written',
      help: 'For custom: how the signature is written.',
      default: 'hex',
      choices: ['hex', 'base64', 'base64url'].map((value) => ({ value, label: value })),
      when: isCustom,
    },
    {
      kind: 'text',
      key: 'signaturePrefix',
      message: 'What stands before the signature',
      help: 'For custom: what stands before the signature in its header, such as sha256=.',
      default: '',
      maxLength: 20,
      pattern: { source: '[A-Za-z0-9=:_-]*', sentence: 'must be a word such as sha256=' },
      when: isCustom,
    },
    {
      kind: 'text',
      key: 'signed',
      message: 'Which text is signed',
      help: 'For custom: the signed text, with {body}, and {timestamp} and {id} if they are signed.',
      default: '{timestamp}.{body}',
      maxLength: 80,
      pattern: { source: '[!-~]+', sentence: 'must be printable ASCII without blanks' },
      check: signedTextProblem,
      when: isCustom,
    },
    {
      kind: 'text',
      key: 'timestampHeader',
      message: 'Which header holds the time',
      help: 'For custom, where {timestamp} is signed: the header that holds it.',
      default: 'x-timestamp',
      maxLength: 60,
      pattern: HEADER,
      when: (answers) => isCustom(answers) && `${answers['signed']}`.includes('{timestamp}'),
    },
    {
      kind: 'choice',
      key: 'timestampUnit',
      message: 'What the time counts',
      help: 'For custom, where {timestamp} is signed: seconds or milliseconds since 1970.',
      default: 's',
      choices: [
        { value: 's', label: 'seconds' },
        { value: 'ms', label: 'milliseconds' },
      ],
      when: (answers) => isCustom(answers) && `${answers['signed']}`.includes('{timestamp}'),
    },
    {
      kind: 'text',
      key: 'idHeader',
      message: 'Which header holds the id',
      help: 'For custom, where {id} is signed: the header that holds it.',
      default: 'x-id',
      maxLength: 60,
      pattern: HEADER,
      when: (answers) => isCustom(answers) && `${answers['signed']}`.includes('{id}'),
    },
  ],
  requires: ['app', 'webhooks'],
  files: [
    own('**'),
    own('infra/**', { with: 'infra' }),
    ...SCHEMES.flatMap(({ value }) => {
      const when = (answers: Answers): boolean => schemeOf(answers) === value;
      const parts = value === 'http-signature' ? [`${value}/**`] : [];
      const tests = value === 'standard-webhooks' ? [] : [`${value}.test.ts`];
      return [`${value}.ts`, `${value}.md`, ...tests, ...parts].map((file) =>
        own(`${MODULE}/${file}`, { when }),
      );
    }),
  ],
  builds: {
    [`${MODULE}/endpoint.ts`]: endpoint,
    [`${MODULE}/payloads.ts`]: payloads,
    [`${MODULE}/samples.ts`]: samples,
  },
  packages: (answers) => TYPES[schemeOf(answers)] ?? {},
  environment: [],
  registers: {
    api: 'webhookAcmeSpecimen',
    jobs: 'webhookAcmeSpecimenJobs',
    migrations: true,
    infra: 'webhookAcmeSpecimen',
  },
  controls: ['CHECK-9', 'HOOK-1', 'HOOK-2', 'HOOK-3'],
  nextSteps: ({ module, name, answers }) => [
    `Read services/api/modules/${module}/${schemeOf(answers)}.md: where to register the address`,
    `npm run secrets -- set webhooks/${name}-1 < file-with-the-secret`,
  ],
});
