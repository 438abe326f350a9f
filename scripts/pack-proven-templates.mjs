import { join } from 'node:path';
import { importSource } from './import-source.mjs';

/**
 * Packs the templates after the guard has judged each of them, every source parsed: at run time a
 * template that still has its hash is not judged again.
 */
export async function packProvenTemplates(root) {
  const [{ packTemplates }, { judgeTemplates }, { formatFinding }] = await Promise.all([
    importSource('src/pack-templates.ts'),
    importSource('src/prove-templates.ts'),
    importSource('src/guard/index.ts'),
  ]);
  const packed = await packTemplates(join(root, 'templates'));
  const findings = new Set((await judgeTemplates(packed.files)).map(formatFinding));
  if (findings.size > 0)
    throw new Error(`The guard refuses templates.\n${[...findings].join('\n')}`);
  return packed;
}
