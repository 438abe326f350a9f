import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type Format } from 'ajv';
import addFormats from 'ajv-formats';

const SCHEMAS = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');

/** Says what is wrong with a bill of materials by the schema of CycloneDX 1.6, or nothing. */
export function bomValidator(): (bom: unknown) => string | undefined {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Ours are plain ASCII, for which the two say the same.
  ajv.addFormat('iri-reference', ajv.formats['uri-reference'] as Format);
  ajv.addFormat('idn-email', ajv.formats['email'] as Format);
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6'));
  return (bom) => (validate(bom) ? undefined : JSON.stringify(validate.errors));
}

function schema(name: string): object {
  const file = new URL(`res/schema/${name}.SNAPSHOT.schema.json`, `file://${SCHEMAS}`);
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
