/** Everything that ships, by name, and nothing else does. */
export const FILES = [
  'LICENSE',
  'README.md',
  'dist/THIRD-PARTY-NOTICES.txt',
  'dist/cli.js',
  'dist/index.js',
  'dist/plop.js',
  'dist/run.js',
  'dist/sbom.cdx.json',
  'dist/superset.json',
  'dist/templates.json',
  'dist/types/index.d.ts',
  'dist/types/plop.d.ts',
  'dist/types/src/answers/questions.d.ts',
  'dist/types/src/catalogue.d.ts',
  'dist/types/src/define-generator.d.ts',
  'dist/types/src/errors.d.ts',
  'dist/types/src/guard/own/index.d.ts',
  'dist/types/src/guard/answers.d.ts',
  'dist/types/src/guard/finding.d.ts',
  'dist/types/src/guard/index.d.ts',
  'dist/types/src/guard/rule.d.ts',
  'dist/types/src/guard/rules/index.d.ts',
  'dist/types/src/guard/scan.d.ts',
  'dist/types/src/index.d.ts',
  'dist/types/src/lock/alphabet.d.ts',
  'dist/types/src/lock/close.d.ts',
  'dist/types/src/lock/errors.d.ts',
  'dist/types/src/lock/index.d.ts',
  'dist/types/src/lock/print.d.ts',
  'dist/types/src/lock/types.d.ts',
  'dist/types/src/operations/change-project.d.ts',
  'dist/types/src/operations/create.d.ts',
  'dist/types/src/operations/generate.d.ts',
  'dist/types/src/operations/open-project.d.ts',
  'dist/types/src/operations/prepare.d.ts',
  'dist/types/src/operations/remove.d.ts',
  'dist/types/src/plan/plan.d.ts',
  'dist/types/src/plan/project.d.ts',
  'dist/types/src/plop.d.ts',
  'dist/types/src/project/changes.d.ts',
  'dist/types/src/project/compare.d.ts',
  'dist/types/src/project/keyed-json.d.ts',
  'dist/types/src/project/manifest.d.ts',
  'dist/types/src/render/render.d.ts',
  'dist/types/src/render/typed-builders.d.ts',
  'dist/types/src/templates.d.ts',
  'dist/types/src/terminal/prompts.d.ts',
  'package.json',
  'plop.js',
];

/** The bundler's own pieces, whose names are hashes of what they hold. */
export const PIECE = /^dist\/chunk-[A-Z0-9]{8}\.js$/;

/** What a shell runs; everything else is data to it. */
export const EXECUTABLE = new Set(['dist/cli.js']);

/** Unpacked. Whoever runs the package downloads all of it. */
export const MOST_BYTES = 5 * 1024 * 1024;
