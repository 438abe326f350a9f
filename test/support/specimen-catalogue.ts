import type { Catalogue } from '../../src/catalogue.ts';
import { type Generator, keyed, managed, own } from '../../src/define-generator.ts';
import { type TemplateSet, sha256 } from '../../src/templates.ts';

/** A catalogue of two tiny generators, for tests of the engine that do not care what is emitted. */
export function tinyCatalogue(): Catalogue {
  return {
    generators: new Map([tinyApp, tinyModule].map((generator) => [generator.id, generator])),
    templates: tinyTemplates(),
  };
}

const none = { requires: [], packages: {}, environment: [], registers: {}, controls: [] } as const;

export const tinyApp: Generator = {
  ...none,
  id: 'app',
  summary: 'An app',
  kind: 'app',
  questions: [
    {
      kind: 'text',
      key: 'description',
      message: 'What',
      help: 'What.',
      default: 'A thing.',
      maxLength: 40,
    },
  ],
  files: [
    own('**'),
    keyed('package.json'),
    managed('services/api/modules.ts'),
    managed('migrations/order.ts'),
  ],
  nextSteps: () => ['npm start'],
};

export const tinyModule: Generator = {
  ...none,
  id: 'probe',
  summary: 'A module',
  kind: 'module',
  named: { message: 'Which', example: 'search-index' },
  specimen: 'acme-specimen',
  questions: [
    {
      kind: 'number',
      key: 'budget',
      message: 'Budget',
      help: 'Budget.',
      default: 5,
      minimum: 1,
      maximum: 9,
    },
  ],
  requires: ['app'],
  files: [own('**')],
  packages: { 'package.json': { 'scripts.probe': 'node probe.ts', 'dependencies.beta': '1.0.0' } },
  registers: { api: 'probeAcmeSpecimen', migrations: true },
  nextSteps: () => [],
};

export function tinyTemplates(): TemplateSet {
  const texts: Record<string, string> = {
    'app/README.md': '# App\n',
    'app/package.json':
      '{\n  "name": "acme-service",\n  "version": "0.0.0",\n  "dependencies": {\n    "alpha": "1.0.0",\n    "gamma": "1.0.0"\n  }\n}\n',
    'app/services/api/modules.ts': '// composed\n',
    'app/migrations/order.ts': '// composed\n',
    'probe/services/api/modules/probe-acme-specimen/index.ts':
      "export const probeAcmeSpecimen = { id: 'probe-acme-specimen' };\n",
    'probe/services/api/modules/probe-acme-specimen/README.md': '# Probe\n',
    'probe/migrations/probe-acme-specimen/0001_runs.sql':
      'create table probe_acme_specimen_run ();\n',
  };
  return {
    files: new Map(
      Object.entries(texts).map(([path, text]) => [path, { text, sha256: sha256(text) }]),
    ),
    superset: {
      lockfileVersion: 3,
      packages: Object.fromEntries([
        ['', { name: 'templates' }],
        ...['alpha', 'beta', 'gamma'].map((name) => [
          `node_modules/${name}`,
          {
            version: '1.0.0',
            integrity: `sha512-${Buffer.from(name.repeat(12).slice(0, 64).padEnd(64)).toString('base64')}`,
            license: 'MIT',
          },
        ]),
      ]),
    },
  };
}
