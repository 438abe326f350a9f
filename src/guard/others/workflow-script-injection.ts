import type { Rule } from '../rule.ts';
import { WORKFLOW, workflowIn } from '../syntax/workflow.ts';

const EXPRESSION = /\$\{\{(?<expression>[^}]{1,400})\}\}/g;

/** Texts that anybody can choose by opening an issue or a pull request. */
const THEIRS =
  /github\.head_ref|github\.event\.(?:issue|pull_request|discussion)\.(?:title|body)|github\.event\.pull_request\.head\.(?:ref|label|repo\.default_branch)|github\.event\.(?:comment|review|review_comment)\.body|github\.event\.(?:head_commit|commits[^ ]{0,20})\.(?:message|author\.(?:name|email))|github\.event\.pages[^ ]{0,20}\.page_name|github\.event\.workflow_run\.(?:head_branch|display_title|head_commit\.(?:message|author\.(?:name|email)))/;

/** What comes out is yes or no, whatever went in. */
const DECIDES = /^\s{0,8}(?:contains|startsWith|endsWith)\(|[!=]=/;

export const workflowScriptInjection: Rule = {
  id: 'workflow-script-injection',
  control: 'SUPPLY-1',
  reason:
    'The expression is pasted into the script before a shell reads it, so a title like `$(curl …)` runs as a command.',
  wayOut: 'Pass the text through `env`, and name that variable in quotes in the script.',
  files: WORKFLOW,
  keywords: [/\$\{\{[^}]{0,400}github\.(?:event|head_ref)/],
  text: ({ content }) =>
    workflowIn(content).jobs.flatMap(({ steps }) =>
      steps.flatMap(({ script }) =>
        script.filter(({ text }) => injects(text)).map(({ offset }) => offset),
      ),
    ),
};

function injects(text: string): boolean {
  return [...text.matchAll(EXPRESSION)].some(({ groups }) => {
    const expression = groups?.['expression'] ?? '';
    return THEIRS.test(expression) && !DECIDES.test(expression);
  });
}
