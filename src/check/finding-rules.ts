/** A rule that judges the whole project or what was written about findings, and not one text. */
export interface ProjectRule {
  readonly id: string;
  readonly control: string;
  readonly reason: string;
  readonly wayOut: string;
}

export const controlGone: ProjectRule = {
  id: 'control-gone',
  control: 'AUTHZ-5',
  reason: 'A control whose code or test is gone is a claim that nothing holds.',
  wayOut: 'Bring the file back from version control, or name the one that holds the control now.',
};

export const controlUncited: ProjectRule = {
  id: 'control-uncited',
  control: 'AUTHZ-5',
  reason:
    'A file that no longer names the control it stands for was changed without asking what it held.',
  wayOut: 'Write the control id where it is held, or name the file that holds it now.',
};

export const controlUnclaimed: ProjectRule = {
  id: 'control-unclaimed',
  control: 'AUTHZ-5',
  reason: 'The module brings this control, and no row of its table says any more where it is held.',
  wayOut: 'Bring the row back from version control.',
};

export const managedEdited: ProjectRule = {
  id: 'managed-file-edited',
  control: 'AUTHZ-5',
  reason:
    'A managed index that was edited by hand may leave out what a module registers, its checks included.',
  wayOut: 'Bring it back from version control, or let `create-secure-app generate` write it.',
};

export const guardRemoved: ProjectRule = {
  id: 'guard-file-removed',
  control: 'AUTHZ-5',
  reason:
    'The file holds a claim about the whole project; without it nobody sees when that stops being true.',
  wayOut: 'Bring it back from version control.',
};

export const npmrcWeakened: ProjectRule = {
  id: 'npmrc-weakened',
  control: 'SUPPLY-1',
  reason:
    'One of the settings that keep unread code out of an install is missing or weaker than it was made.',
  wayOut:
    'Write save-exact, strict-allow-scripts, allow-git=none, allow-remote=none and min-release-age=7 again.',
};

export const manifestUnreadable: ProjectRule = {
  id: 'manifest-unreadable',
  control: 'AUTHZ-5',
  reason:
    'Without a manifest or table that can be read, nothing says which controls the project has to hold.',
  wayOut: 'Bring it back from version control.',
};

export const suppressionIncomplete: ProjectRule = {
  id: 'suppression-incomplete',
  control: 'SUPPLY-6',
  reason:
    'A suppression without its rule, the control of that rule and a reason hides a finding from review.',
  wayOut: 'Write `secure-app-ignore: <rule> <CONTROL-ID> <reason>`, or take it out.',
};

export const suppressionUnused: ProjectRule = {
  id: 'suppression-unused',
  control: 'SUPPLY-6',
  reason: 'It suppresses nothing any more, and would hide the next finding of that kind.',
  wayOut: 'Take it out.',
};

export const baselineExpired: ProjectRule = {
  id: 'baseline-expired',
  control: 'SUPPLY-6',
  reason: 'What was accepted for a time is accepted no longer.',
  wayOut: 'Mend what was accepted, or accept it again with a reason of today.',
};

export const baselineUnused: ProjectRule = {
  id: 'baseline-unused',
  control: 'SUPPLY-6',
  reason:
    'The entry accepts nothing that is found any more, and would hide the next finding of that kind.',
  wayOut: 'Take it out of security/check-baseline.json.',
};

export const baselineInvalid: ProjectRule = {
  id: 'baseline-invalid',
  control: 'SUPPLY-6',
  reason:
    'An entry without a known rule, its control, a reason and a date at most a year away accepts nothing.',
  wayOut: 'Complete it, or write it with --write-baseline.',
};

export const projectRules: readonly ProjectRule[] = [
  controlGone,
  controlUncited,
  controlUnclaimed,
  managedEdited,
  guardRemoved,
  npmrcWeakened,
  manifestUnreadable,
  suppressionIncomplete,
  suppressionUnused,
  baselineExpired,
  baselineUnused,
  baselineInvalid,
];
