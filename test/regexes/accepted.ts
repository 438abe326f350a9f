const OWN_FILES =
  'A script of the project reads the files of that project, which its own reviewers wrote.';

const HERE =
  'A script of this repository reads what its maintainers wrote, or reviewed before they took it.';

/** Patterns that are not linear, or that recheck cannot judge, with the reason why they may stay. By file. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  'scripts/provider-patterns/read-rules.mjs': HERE,
  'scripts/provider-patterns/samples.mjs': HERE,
  'scripts/release-faults.mjs': HERE,
  'templates/app/platform/src/logging/masking.ts':
    'recheck does not know modifiers (`(?i:`). Each alternative is a literal of the same file, and judged by itself.',
  'templates/app/scripts/lint-security.ts': OWN_FILES,
  'templates/app/scripts/pins.ts': OWN_FILES,
  'templates/app/scripts/verify-staging.ts': OWN_FILES,
};

/** Patterns that are made while the program runs, from something that recheck does not see. */
export const MADE: Readonly<Record<string, string>> = {
  'generators/resource/fields.ts':
    'Names and types, separated by signs that neither holds; answers are short.',
  'scripts/licences.mjs': HERE,
  'scripts/provider-patterns/samples.mjs': HERE,
  'src/answers/invisible.ts': 'One class of signs.',
  'src/answers/questions.ts':
    'The pattern of a question is a literal in its manifest, and answers are short.',
  'src/check/baseline.ts': 'A glob with at most three stars, on a path.',
  'src/check/gitignore.ts': 'A glob with at most three stars, on a path.',
  'src/check/ours.ts': 'The id of a rule: letters, digits and dashes.',
  'src/guard/own/places.ts': 'Paths of this repository, on a path.',
  'src/guard/syntax/statements.ts':
    'The key is a literal of the rule that asks, and the repetitions are bounded.',
  'src/guard/syntax/workflow.ts': 'The scope is a literal of the rule that asks.',
  'src/render/specimen.ts': 'Spellings of one name, without a repetition.',
  'templates/app/platform/src/secret-shapes/provider-patterns.ts': 'All of its table is judged.',
  'templates/infra/infra/bootstrap/settings.ts': 'A setting that the operator of the stack writes.',
  'templates/infra/infra/settings.ts': 'A setting that the operator of the stack writes.',
  'templates/infra/platform/src/aws/database-sign-in.ts':
    'The name of a region, without a repetition.',
  'templates/webhook/services/api/modules/webhook-acme-specimen/http-signature/structured-fields.ts':
    'Each part begins with a sign that the part before it cannot hold, and Node bounds a header to 16 KB.',
};
