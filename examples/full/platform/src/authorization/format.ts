import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { readSources, refuse } from './source.ts';

/** The policy files that `cedar format` would change, at its own settings; none when all is well. */
export async function unformatted(folder: URL | string): Promise<readonly string[]> {
  const sources = await readSources(folder, '.cedar');
  return sources.filter(({ name, text }) => formatted(name, text) !== text).map(({ name }) => name);
}

function formatted(name: string, text: string): string {
  const answer = cedar.formatPolicies({ policyText: text });
  if (answer.type === 'failure') return refuse(`${name} does not parse`, answer.errors);
  return answer.formatted_policy;
}
