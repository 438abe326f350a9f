import { expect, test } from 'vitest';
import { generators } from '../../generators/index.ts';
import { checkGenerators } from '../../src/check-generators.ts';
import { type Generator, managed, own } from '../../src/define-generator.ts';
import { ts } from '../../src/render/typed-builders.ts';
import { type TemplateSet, sha256 } from '../../src/templates.ts';
import { templatesHere } from '../support/catalogue.ts';
import { tinyApp, tinyModule, tinyTemplates } from '../support/specimen-catalogue.ts';

const templates = tinyTemplates();

test('what ships has no fault', async () => {
  expect(checkGenerators(generators, await templatesHere())).toEqual([]);
});

test('the tiny generators have no fault', () => {
  expect(checkGenerators([tinyApp, tinyModule], templates)).toEqual([]);
});

const faults: [what: string, fault: string, generators: Generator[], templates?: TemplateSet][] = [
  [
    'an unknown control',
    'probe: there is no control AUTH-99.',
    [tinyApp, { ...tinyModule, controls: ['AUTH-99'] }],
  ],
  [
    'a control without evidence',
    'probe: claims OBS-1 but shows no evidence for it in security/controls.',
    [tinyApp, { ...tinyModule, controls: ['OBS-1'] }],
  ],
  [
    'evidence for a control that is not claimed',
    'probe: shows evidence for OBS-1 but does not claim it.',
    [tinyApp, tinyModule],
    withFile(
      'probe/security/controls/probe-acme-specimen.json',
      '{ "controls": [{ "id": "OBS-1" }] }',
    ),
  ],
  ['a cycle', 'probe requires itself.', [{ ...tinyApp, requires: ['probe'] }, tinyModule]],
  [
    'an unknown requirement',
    'probe: there is no generator auth.',
    [tinyApp, { ...tinyModule, requires: ['auth'] }],
  ],
  [
    'a file that waits for what nobody makes',
    'probe: there is no generator cloud.',
    [tinyApp, { ...tinyModule, files: [own('**'), own('migrations/**', { with: 'cloud' })] }],
  ],
  [
    'a piece of the infrastructure that does not wait for it',
    'probe: infra/modules/probe-acme-specimen.ts would be there without the infra module.',
    [tinyApp, tinyModule],
    withFile('probe/infra/modules/probe-acme-specimen.ts', ''),
  ],
  [
    'a piece of the infrastructure that no index names',
    'probe: has a file below infra/modules/ that no index names.',
    [tinyApp, tinyModule],
    withFile('probe/infra/modules/probe-acme-specimen.ts', ''),
  ],
  [
    'an entry of the infrastructure that nothing exports',
    'probe: no file below infra/modules/ exports probe.',
    [tinyApp, { ...tinyModule, registers: { infra: 'probe' } }],
  ],
  [
    'a requirement that takes a name',
    'other: requires probe, which takes a name that nobody would be asked for.',
    [tinyApp, tinyModule, { ...tinyModule, id: 'other', requires: ['probe'] }],
  ],
  [
    'a file without an owner',
    'probe: migrations/probe-acme-specimen/0001_runs.sql has no owner.',
    [tinyApp, { ...tinyModule, files: [own('services/**')] }],
  ],
  [
    'a rule without a file',
    'probe: the rule for nowhere.ts matches no template.',
    [tinyApp, { ...tinyModule, files: [own('**'), managed('nowhere.ts')] }],
  ],
  [
    'an environment variable that nobody reads',
    'probe: nobody reads PROBE_BUDGET; services/api/modules/probe-acme-specimen/index.ts was to.',
    [
      tinyApp,
      {
        ...tinyModule,
        environment: [
          {
            name: 'PROBE_BUDGET',
            why: 'x',
            readBy: 'services/api/modules/probe-acme-specimen/index.ts',
          },
        ],
      },
    ],
  ],
  [
    'a built file without its specimen',
    'probe: services/probe.ts is built, but no template shows what it looks like.',
    [tinyApp, { ...tinyModule, builds: { 'services/probe.ts': () => ts`export {};` } }],
  ],
  ['templates without a generator', 'templates/probe has no generator.', [tinyApp]],
  [
    'a generator without templates',
    'empty has no templates.',
    [tinyApp, tinyModule, { ...tinyModule, id: 'empty' }],
  ],
  ['two of one name', 'Two generators are called probe.', [tinyApp, tinyModule, tinyModule]],
  [
    'a specimen that no template holds',
    'probe: no template holds other-specimen.',
    [tinyApp, { ...tinyModule, specimen: 'other-specimen' }],
  ],
  [
    'a question asked twice',
    'probe: asks budget twice.',
    [tinyApp, { ...tinyModule, questions: [...tinyModule.questions, ...tinyModule.questions] }],
  ],
  [
    'a question that hides the name',
    'probe: name cannot be the key of a question.',
    [
      tinyApp,
      {
        ...tinyModule,
        questions: [{ kind: 'confirm', key: 'name', message: 'x', help: 'x', default: true }],
      },
    ],
  ],
  [
    'a variant of nothing',
    'other: is a variant of nowhere, which is none.',
    [tinyApp, tinyModule, variantOf('nowhere', 'outbound')],
  ],
  [
    'a variant of a variant',
    'third: is a variant of other, which is none.',
    [
      tinyApp,
      tinyModule,
      variantOf('probe', 'outbound'),
      { ...variantOf('other', 'inbound'), id: 'third' },
    ],
  ],
  [
    'a variant under the flag of a question',
    'other: --budget means something else for probe.',
    [tinyApp, tinyModule, variantOf('probe', 'budget')],
  ],
  [
    'two variants under one flag',
    'third: --outbound means something else for probe.',
    [
      tinyApp,
      tinyModule,
      variantOf('probe', 'outbound'),
      { ...variantOf('probe', 'outbound'), id: 'third' },
    ],
  ],
  [
    'a variant under the flag of every command',
    'other: --json cannot be the flag of a variant.',
    [tinyApp, tinyModule, variantOf('probe', 'json')],
  ],
];

test.each(faults)('%s is a fault', (_what, fault, given, set = templates) => {
  expect(checkGenerators(given, set)).toContain(fault);
});

function variantOf(id: string, flag: string): Generator {
  return { ...tinyModule, id: 'other', variantOf: { id, flag } };
}

function withFile(path: string, text: string): TemplateSet {
  return {
    ...templates,
    files: new Map([...templates.files, [path, { text, sha256: sha256(text) }]]),
  };
}
