import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

// One measurement in a process of its own: whatever is loaded, compiled or warmed counts.
const [work = '', bundle = '', input = ''] = process.argv.slice(2);
const files = JSON.parse(readFileSync(input, 'utf8'));
const usage = process.cpuUsage();
const started = performance.now();

const WORK = {
  async load() {
    await import(bundle);
  },
  async scan() {
    const { scanAnswers, scanFiles } = await import(bundle);
    refuse([...(await scanAnswers({ directory: 'my-app' })), ...(await scanFiles(files))]);
  },
  async deep() {
    const { scanFiles } = await import(bundle);
    refuse(await scanFiles(files, { parseAll: true }));
  },
  async parse() {
    const { parseSource } = await import(bundle);
    for (const { path, content } of files) await parseSource(path, content);
  },
  async hash() {
    for (const { content } of files) createHash('sha256').update(content).digest('hex');
  },
};
await WORK[work]();

const wall = performance.now() - started;
const { user, system } = process.cpuUsage(usage);
console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));

function refuse(findings) {
  if (findings.length > 0) throw new Error(`Findings: ${JSON.stringify(findings.slice(0, 3))}`);
}
