import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { readSources, refuse } from '../authorization/source.ts';

/** The schema of a folder of policies in the form that Amazon Verified Permissions takes, and no other. */
export async function policySchema(folder: URL | string): Promise<string> {
  const sources = await readSources(folder, '.cedarschema');
  const answer = cedar.schemaToJson(sources.map(({ text }) => text).join('\n'));
  if (answer.type === 'failure') return refuse('The schema is none', answer.errors);
  return `${JSON.stringify(answer.json, null, 2)}\n`;
}
