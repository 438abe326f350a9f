import { defineGenerator, own } from '../../src/define-generator.ts';
import { origin } from './build/origin.ts';
import { shard } from './build/shard.ts';
import { ORIGIN_MAX_LENGTH, ORIGIN_PATTERN, originProblem } from './origin.ts';

export default defineGenerator({
  id: 'integration',
  summary: 'A typed client for one service of somebody else, and the one entry that lets it out',
  kind: 'module',
  named: { message: 'What is on the other side', example: 'address-lookup' },
  specimen: 'acme-specimen',
  questions: [
    {
      kind: 'text',
      key: 'baseUrl',
      message: 'Where is it (an https origin, without a path)',
      help: 'The https origin that the client calls, such as https://api.example.com.',
      default: 'https://api.example.com',
      maxLength: ORIGIN_MAX_LENGTH,
      pattern: {
        source: ORIGIN_PATTERN,
        sentence:
          'must be an https origin such as https://api.example.com: a name in lower case, no address, user or path',
      },
      check: originProblem,
    },
  ],
  requires: ['app'],
  files: [own('**'), own('infra/**', { with: 'infra' })],
  builds: {
    'security/egress/integration-acme-specimen.json': shard,
    'services/api/modules/integration-acme-specimen/origin.ts': origin,
  },
  packages: { 'services/api/package.json': { 'dependencies.cockatiel': '4.0.0' } },
  environment: [],
  registers: { infra: 'integrationAcmeSpecimen' },
  controls: ['HOOK-4'],
  nextSteps: ({ module, name }) => [
    `npm run secrets -- set integrations/${name}/token < token.txt`,
    `Put what the other side has into services/api/modules/${module}/schemas.ts and client.ts`,
  ],
});
