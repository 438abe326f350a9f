import { fileURLToPath } from 'node:url';

import { emittedRules, scanFiles } from '../../../src/guard/index.ts';
import { mask } from '../../../templates/app/platform/src/logging/masking.ts';
import { scanPrompt } from '../../../templates/model-client/services/api/modules/model-client-acme-specimen/text.ts';
import { hostileTexts, repeated } from '../../guard/hostile-texts.ts';

const MEGABYTE = 1_000_000;
/** Prompts that are longer are refused unread. */
const LONGEST_PROMPT = 500_000;

const check = (path: string) => (content: string) =>
  scanFiles([{ path, content }], { rules: emittedRules });

const WORK: Readonly<Record<string, (text: string) => unknown>> = {
  // The sign before it is another one for a person, so the text is read twice.
  'the longest prompt': (text) => scanPrompt(`４${text.slice(1, LONGEST_PROMPT)}`),
  'a line of the log': (text) => mask(text),
  'check, a source': check('a.ts'),
  'check, a configuration': check('a.yml'),
};

const texts = await hostileTexts(fileURLToPath(new URL('../../../', import.meta.url)));
// All rules of check take a second each, so they judge every fifth.
const some = texts.filter((_, at) => at % 5 === 0);
const rows = [];
for (const [name, work] of Object.entries(WORK)) {
  const times: { ms: number; text: string }[] = [];
  for (const text of name.startsWith('check') ? some : texts) {
    const line = repeated(text, MEGABYTE);
    const start = process.cpuUsage();
    await work(line);
    times.push({ ms: process.cpuUsage(start).user / 1000, text });
  }
  times.sort((a, b) => a.ms - b.ms);
  rows.push({ name, median: times[times.length >> 1], worst: times.at(-1) });
}
console.log(JSON.stringify(rows));
