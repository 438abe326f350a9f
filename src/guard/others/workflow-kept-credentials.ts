import type { Rule } from '../rule.ts';
import {
  type Job,
  type Step,
  WORKFLOW,
  type Workflow,
  grants,
  rightsOf,
  workflowIn,
} from '../syntax/workflow.ts';

const INSTALLS =
  /\b(?:npm|pnpm|yarn|bun)[ \t]{1,8}(?:ci|i|install|add)\b|\bpip3?[ \t]{1,8}install\b|^yarn$/;

/** Steps that push with the credentials, which is what these are kept for. */
const PUSHES =
  /\bgit[ \t]{1,8}push\b|semantic-release|changeset|release-it|lerna|standard-version|npm[ \t]{1,8}version|gh-pages/;

/** The whole checkout, `.git` included. */
const EVERYTHING = /^(?:\.\/?|\*\*|\$\{\{\s{0,4}github\.workspace\s{0,4}\}\}\/?)$/;

export const workflowKeptCredentials: Rule = {
  id: 'workflow-kept-credentials',
  control: 'SUPPLY-6',
  reason:
    'The checkout leaves the token in .git/config, where scripts of packages and everyone who gets the artifact can read it.',
  wayOut: 'Set `persist-credentials: false`, and hand the token to the one step that pushes.',
  files: WORKFLOW,
  keywords: [/checkout/],
  text: ({ content }) => {
    const workflow = workflowIn(content);
    return workflow.jobs.flatMap((job) => keptIn(job, workflow).map(({ offset }) => offset));
  },
};

function keptIn(job: Job, workflow: Workflow): Step[] {
  const kept = job.steps.filter(
    ({ uses, given }) =>
      uses.startsWith('actions/checkout@') && given.get('persist-credentials') !== 'false',
  );
  const exposed = job.steps.some(uploadsEverything) || isReadByPackages(job, workflow);
  return exposed ? kept : [];
}

function uploadsEverything({ uses, given }: Step): boolean {
  return /upload-artifact@/.test(uses) && EVERYTHING.test(given.get('path') ?? '');
}

/** The token may write, packages run beside it, and nothing in the job pushes. */
function isReadByPackages(job: Job, workflow: Workflow): boolean {
  const lines = job.steps.flatMap(({ uses, script }) => [uses, ...script.map(({ text }) => text)]);
  return (
    grants(rightsOf(job, workflow), 'contents') &&
    lines.some((line) => INSTALLS.test(line)) &&
    !lines.some((line) => PUSHES.test(line))
  );
}
