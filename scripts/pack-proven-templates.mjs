import { join } from 'node:path';
import { importSource } from './import-source.mjs';

/**
 * Packs the templates after the guard has judged each of them, every source parsed: at run time a
 * template that still has its hash is not judged again.
 */
export async function packProvenTemplates(root) {
  const [{ packTemplates }, guard] = await Promise.all([
    importSource('src/pack-templates.ts'),
    importSource('src/guard/index.ts'),
  ]);
  const packed = await packTemplates(join(root, 'templates'));
  const findings = new Set();
  for (const project of projectsOf(packed.files)) {
    for (const finding of await guard.scanFiles(project, { parseAll: true })) {
      findings.add(guard.formatFinding(finding));
    }
  }
  if (findings.size > 0)
    throw new Error(`The guard refuses templates.\n${[...findings].join('\n')}`);
  return packed;
}

/** The application alone, then each module inside it: what a rule about a whole project must see. */
function projectsOf(files) {
  const emitted = (generator) =>
    Object.entries(files)
      .filter(([path]) => path.startsWith(`${generator}/`))
      .map(([path, { text }]) => ({ path: path.slice(generator.length + 1), content: text }));
  const app = emitted('app');
  const generators = new Set(Object.keys(files).map((path) => path.split('/')[0]));
  const modules = [...generators].filter((generator) => generator !== 'app');
  return [app, ...modules.map((module) => [...app, ...emitted(module)])];
}
