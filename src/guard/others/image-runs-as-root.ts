import type { Rule } from '../rule.ts';
import { DOCKERFILE, type Stage, stagesIn } from '../syntax/dockerfile.ts';

const ROOT = /^(?:root|0)(?::\S{0,40})?$/;

/** Bases that are nobody from the start. */
const NOBODY = /nonroot|rootless|unprivileged|chainguard|cgr\.dev/i;

/** Programs that give root away before they start what was asked for. */
const STEPS_DOWN = /\b(?:gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|su[ \t]+-)/;

export const imageRunsAsRoot: Rule = {
  id: 'image-runs-as-root',
  control: 'SUPPLY-5',
  reason:
    'Whoever takes over the process is root in its container, one weakness of the kernel away from being root on the host.',
  wayOut: 'Name a user with `USER` in the last stage (`USER node` in images of Node).',
  files: DOCKERFILE,
  keywords: [/from/i],
  text: ({ content }) => {
    const stages = stagesIn(content);
    const last = stages.at(-1);
    if (!last || STEPS_DOWN.test(content) || !startsSomething(last, stages)) return [];
    return isRoot(last, stages) ? [placeOf(last)] : [];
  },
};

/** An image that names nothing to run is a base for others, or a server that steps down by itself. */
function startsSomething(stage: Stage, stages: readonly Stage[]): boolean {
  return lineage(stage, stages).some(({ instructions }) =>
    instructions.some(({ name }) => name === 'CMD' || name === 'ENTRYPOINT'),
  );
}

function isRoot(stage: Stage, stages: readonly Stage[]): boolean {
  const line = lineage(stage, stages);
  const users = line.flatMap(({ instructions }) =>
    instructions.filter(({ name }) => name === 'USER').map(({ rest }) => rest.trim()),
  );
  const last = users.at(-1);
  if (last !== undefined) return ROOT.test(last);
  return !line.some(({ image }) => NOBODY.test(image));
}

/** The stages that a stage is built on, the first one first. */
function lineage(stage: Stage, stages: readonly Stage[]): Stage[] {
  const line = [stage];
  for (let at = stages.indexOf(stage) - 1; at >= 0; at--) {
    const before = stages[at];
    if (before && before.name !== '' && before.name.toLowerCase() === line[0]?.image.toLowerCase())
      line.unshift(before);
  }
  return line;
}

function placeOf({ instructions, offset }: Stage): number {
  return instructions.findLast(({ name }) => name === 'USER')?.offset ?? offset;
}
