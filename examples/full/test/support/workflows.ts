// Events that run with the rights of this repository on what a stranger wrote.
const BY_STRANGERS =
  /\b(?:pull_request_target|workflow_run|issue_comment|issues|discussion(?:_comment)?|fork|watch)\b/;

const ON = /^on:[^]*?^(?=\S)/m;
const READS_CONTENTS = /^permissions:\n {2}contents: read\n(?! )/m;
// It runs as often as the workflow that calls it, and nothing else starts it.
const IS_CALLED = /^on:\n {2}workflow_call:\n(?: {4}.*\n)*\n/m;

/** The rules that a workflow breaks. (SUPPLY-3) */
export function workflowFaults(text: string): string[] {
  const jobs = jobsOf(text);
  // A job that calls another workflow of this repository has no steps, and ends when that workflow does.
  const own = jobs.filter((job) => !/^ {4}uses: \.\//m.test(job));
  const rules: Readonly<Record<string, boolean>> = {
    'reads more than the contents at the top': !READS_CONTENTS.test(text),
    'is started by strangers': BY_STRANGERS.test(ON.exec(`${text}\nx`)?.[0] ?? text),
    'may run twice at once': !IS_CALLED.test(text) && !/^concurrency:$/m.test(text),
    'has a job without an end': own.some((job) => !/^ {4}timeout-minutes: \d+$/m.test(job)),
    'has a job that nothing watches': own.some(
      (job) => !firstStepOf(job).includes('step-security/harden-runner@'),
    ),
    'keeps its token in the checkout': jobs.some(leavesToken),
    'pastes a value into a script': runsOf(text).some((run) => run.includes('${{')),
    'inherits secrets': /^\s*secrets:\s*inherit/m.test(text),
    'writes everything': /write-all|read-all/.test(text),
  };
  return Object.keys(rules).filter((rule) => rules[rule]);
}

function jobsOf(text: string): string[] {
  const [, jobs = ''] = /^jobs:\n([^]*)$/m.exec(text) ?? [];
  return jobs.split(/^(?= {2}[\w-]+:$)/m).filter((job) => /^ {2}\w/.test(job));
}

function firstStepOf(job: string): string {
  const [, steps = ''] = job.split(/^ {4}steps:$/m);
  return steps.split(/^ {6}- /m)[1] ?? '';
}

function leavesToken(job: string): boolean {
  const checkouts = job.split(/^ {6}- /m).filter((step) => step.includes('actions/checkout@'));
  return checkouts.some((step) => !/persist-credentials: false/.test(step));
}

// Of one line, and of a block below `run: |`, whose lines stand further in than the word.
function runsOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const { before = '' } = /^(?<before> *(?:- )?)run: /.exec(line)?.groups ?? {};
    if (!/^ *(?:- )?run: /.test(line)) return [];
    const rest = lines.slice(at + 1);
    const end = rest.findIndex((next) => next.trim() !== '' && next.search(/\S/) <= before.length);
    return [[line, ...rest.slice(0, end < 0 ? rest.length : end)].join('\n')];
  });
}
