import type { Rule } from '../rule.ts';
import { type Job, type Step, WORKFLOW, workflowIn } from '../syntax/workflow.ts';

/** What anybody may set off, and what then runs with the secrets of the repository. */
const PRIVILEGED = /^(?:pull_request_target|workflow_run|issue_comment)$/;

/** The commit or the repository of whoever sent the change. A branch's name alone is looked up in our own. */
const THEIRS =
  /pull_request\.head\.sha|pull_request\.merge_commit_sha|workflow_run\.head_sha|refs\/pull\/|(?:pull_request\.head\.repo|workflow_run\.head_repository)/;

/** The same by command. */
const FETCHES =
  /\bgh[ \t]{1,8}pr[ \t]{1,8}checkout\b|\bgit[ \t]{1,8}(?:fetch|pull|checkout)\b.{0,200}\bpull\//;

/** Whoever wrote it is asked for first. */
const ASKED =
  /author_association|head\.repo\.full_name\s{0,4}==|head_repository\.full_name\s{0,4}==|\.labels|label\.name|event\.label/;

export const workflowUntrustedCheckout: Rule = {
  id: 'workflow-untrusted-checkout',
  control: 'SUPPLY-1',
  reason:
    'A workflow that anybody can set off checks out what they sent, and its scripts then run with the secrets of the repository.',
  wayOut:
    'Build what others send under `pull_request`, which has no secrets, and let a second workflow read its results.',
  files: WORKFLOW,
  keywords: [/pull_request_target|workflow_run|issue_comment/],
  text: ({ content }) => {
    const { triggers, jobs } = workflowIn(content);
    if (![...triggers].some((trigger) => PRIVILEGED.test(trigger))) return [];
    return jobs.flatMap((job) => untrusted(job).map(({ offset }) => offset));
  },
};

function untrusted({ steps, condition }: Job): Step[] {
  if (ASKED.test(condition)) return [];
  return steps.filter((step) => !ASKED.test(step.condition) && takesTheirs(step));
}

function takesTheirs({ uses, given, script }: Step): boolean {
  const named = [given.get('ref'), given.get('repository')].some((value) =>
    THEIRS.test(value ?? ''),
  );
  return (/checkout/i.test(uses) && named) || script.some(({ text }) => FETCHES.test(text));
}
