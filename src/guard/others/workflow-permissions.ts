import type { Rule } from '../rule.ts';
import { WORKFLOW, type Workflow, workflowIn } from '../syntax/workflow.ts';

export const workflowPermissions: Rule = {
  id: 'workflow-permissions',
  control: 'AUTHZ-4',
  reason:
    'Without written rights the token of a workflow may do what the repository allows by default, which is often to push code.',
  wayOut:
    'Write `permissions: contents: read` at the top, and raise it in the one job that needs more.',
  files: WORKFLOW,
  keywords: [/jobs/],
  text: ({ content }) => openRights(workflowIn(content)),
};

function openRights(workflow: Workflow): number[] {
  const { permissions, jobs, triggers } = workflow;
  const all = [permissions, ...jobs.map((job) => job.permissions)];
  const everything = all.flatMap((rights) =>
    rights?.value === 'write-all' ? [rights.offset] : [],
  );
  // A workflow that others call has the rights that they give it.
  const called = triggers.size === 1 && triggers.has('workflow_call');
  const unsaid = permissions || called ? undefined : jobs.find((job) => !job.permissions);
  return unsaid ? [...everything, unsaid.offset] : everything;
}
