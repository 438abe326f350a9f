import { type Finding, emittedRules, scanFiles } from './guard/index.ts';
import type { PackedTemplates } from './pack-templates.ts';

/**
 * Judges templates as they will be emitted, every source parsed. This is the proof that a verbatim file rests on: at
 * run time it only has its hash compared.
 *
 * @param only the templates to judge, by `<generator>/<path>`; all when absent. The others still are their project.
 */
export async function judgeTemplates(
  files: PackedTemplates['files'],
  only: readonly string[] = Object.keys(files),
): Promise<Finding[]> {
  const judged = new Set(only);
  const findings: Finding[] = [];
  for (const project of projectsOf(files)) {
    const wanted = project.filter(({ template }) => judged.has(template));
    const options = { rules: emittedRules, parseAll: true, project: { files: project } };
    findings.push(...(await scanFiles(wanted, options)));
  }
  return findings;
}

interface Emitted {
  readonly template: string;
  readonly path: string;
  readonly content: string;
}

/** The application alone, then each module inside it: what a rule about a whole project must see. */
function projectsOf(files: PackedTemplates['files']): Emitted[][] {
  const emitted = (generator: string): Emitted[] =>
    Object.entries(files)
      .filter(([template]) => template.startsWith(`${generator}/`))
      .map(([template, { text }]) => ({
        template,
        path: template.slice(generator.length + 1),
        content: text,
      }));
  const app = emitted('app');
  const generators = new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''));
  const modules = [...generators].filter((generator) => generator !== 'app');
  return [app, ...modules.map((module) => [...app, ...emitted(module)])];
}
