import { defineGenerator, own } from '../../src/define-generator.ts';
import { drafts } from './build/drafts.ts';
import { lineage } from './build/lineage.ts';
import { migration } from './build/migration.ts';
import { rows } from './build/rows.ts';
import { schemas } from './build/schemas.ts';
import { store } from './build/store.ts';
import { FIELDS_MAX_LENGTH, FIELDS_PATTERN, FIELD_TYPES, fieldsProblem } from './fields.ts';
import { resourceNameProblem } from './name.ts';

const MODULE = 'services/api/modules/acme-specimen';

export default defineGenerator({
  id: 'resource',
  summary: 'An entity with fields of your choice: list, create, read, update, delete, all audited',
  kind: 'module',
  named: {
    message: 'What is one of them called',
    example: 'invoice',
    bare: true,
    problem: resourceNameProblem,
  },
  specimen: 'acme-specimen',
  questions: [
    {
      kind: 'text',
      key: 'fields',
      message: 'Which fields (name:type, with ? if optional, joined by commas)',
      help: `Up to 12 fields, as in "number:text,due_at:timestamp?"; types: ${FIELD_TYPES.join(', ')}.`,
      default: 'title:text',
      maxLength: FIELDS_MAX_LENGTH,
      pattern: {
        source: FIELDS_PATTERN,
        sentence:
          'must be up to 12 fields such as number:text,due_at:timestamp? (lower-case words joined by underscores; ' +
          `types ${FIELD_TYPES.join(', ')}; ? if optional)`,
      },
      check: fieldsProblem,
    },
  ],
  requires: ['app'],
  files: [own('**')],
  builds: {
    [`${MODULE}/drafts.ts`]: drafts,
    [`${MODULE}/rows.ts`]: rows,
    [`${MODULE}/schemas.ts`]: schemas,
    [`${MODULE}/store.ts`]: store,
    'migrations/acme-specimen/0001_acme_specimen.sql': migration,
    'security/lineage/acme-specimen.json': lineage,
  },
  packages: {},
  environment: [],
  registers: { api: 'acmeSpecimen', migrations: true },
  controls: ['AUTHZ-1', 'OBS-1'],
  nextSteps: ({ module }) => [
    `Read services/api/modules/${module}/schemas.ts: the limits are yours to set`,
  ],
});
