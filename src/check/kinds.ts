/** What a file is there for, as far as its path tells. It decides which rules say something true about it. */
export type Kind =
  'shipped' | 'local' | 'pipeline' | 'sample' | 'test' | 'prose' | 'view' | 'seed' | 'generated';

/** What only tests load: it attacks, makes things up, and signs in with passwords that open nothing. */
const TEST =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|__fixtures__|__snapshots__|specs?|e2e|fixtures?|mocks?|stubs?|factories|cypress|playwright|testing|stories|\.storybook|benchmarks?|integration(?:-tests?)?)\/|[._-](?:test|tests|spec|specs|e2e|cy|stories|mock|fixture|fixtures|bench)(?:-spec)?\.[\w.]{1,20}$|[._-]mocks?[._-]|(?:^|\/)(?:playwright|vitest|jest|cypress|karma|mocha)[\w.-]{0,40}\.(?:[cm]?[jt]sx?|json|ya?ml)$|(?:^|\/)\.env\.(?:test|ci|e2e)(?:\.\w+)?$/i;

/** Written for people. What it warns of or shows is not what runs. */
const PROSE =
  /\.(?:mdx?|mdc|markdown|txt|rst|adoc|html?|ipynb|po|pot|graphql|gql)$|(?:^|\/)(?:docs?|documentation|locales?|i18n|l10n|translations|messages|\.agents|\.claude|\.codex)\/|(?:^|\/)(?:swagger|openapi)\.(?:ya?ml|json)$|(?:postman|insomnia)[\w.-]{0,40}\.json$|\.(?:http|rest)$/i;

/** Settings that are copied and filled in before anything runs with them. */
const SAMPLE =
  /(?:^|\/)[\w.-]{0,60}(?:example|sample|template|dist|default)s?(?:\.\w{1,10})?$|(?:^|\/)(?:\.?env|config)[-_.](?:example|sample|template|dist|default)[\w.-]{0,40}$/i;
/** Charts of Helm: what stands there is filled in when it is installed. */
const CHART = /(?:^|\/)charts?\/(?:.{0,200}\/)?templates\//i;
const SETTINGS = /(?:^|\/)[\w.-]{0,40}(?:env|config|settings|secrets|ya?ml|json|toml|ini|tfvars)/i;

/** Written by tools for tools; nobody edits a secret into it, and everything in it looks random. */
const GENERATED =
  /\.min\.(?:js|css)$|\.(?:map|snap|svg|lock|tsbuildinfo|d\.ts|css|scss|sass|less|styl|vault)$|(?:^|\/)(?:\.yarn\/(?:releases|plugins|sdks|cache)|vendor|third[-_]party|generated|__generated__|\.svelte-kit|\.next|\.nuxt|storybook-static|coverage)\/|\.(?:generated|gen|pb)\.[\w.]{1,12}$|(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$|(?:^|\/)pnpm-lock\.yaml$/i;

/** Throw-away runners: their databases last as long as a job, and nobody else reaches them. */
const PIPELINE =
  /(?:^|\/)\.(?:github\/(?:workflows|actions)|circleci|buildkite|woodpecker)\/|(?:^|\/)(?:\.?travis|\.gitlab-ci|\.drone|appveyor|azure-pipelines|bitbucket-pipelines|cloudbuild)\.ya?ml$|(?:^|\/)Jenkinsfile$/i;

/** What a developer's machine runs. A file that names production is meant for it. */
const LOCAL =
  /(?:^|\/)(?:docker-)?compose[\w.-]{0,60}\.ya?ml$|(?:^|\/)\.(?:devcontainer|gitpod)|(?:^|\/)\.env\.(?:dev|development|local)(?:\.\w{1,40})?$|[._-](?:dev|development|local)\.(?:ya?ml|json|toml|env|Dockerfile)$|Dockerfile[._-](?:dev|development|local)$/i;
const PRODUCTION = /prod|staging|deploy|live/i;

/** What is drawn for a person. It may show what somebody may do, and decides nothing. */
const VIEW = /\.(?:tsx|jsx|vue|svelte|astro|hbs|ejs|pug|handlebars|liquid)$/i;
/** `useSession.ts`, `use-session.ts`: a hook of React. */
const HOOK = /(?:^|\/)use(?:-[a-z]|[A-Z])[\w-]{0,60}\.[cm]?[jt]s$/;

/** The first that fits; whatever fits nothing is shipped, and judged by every rule. */
export function kindOf(path: string): Kind {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (TEST.test(path)) return 'test';
  if (GENERATED.test(path)) return 'generated';
  if (PIPELINE.test(path)) return 'pipeline';
  if ((SAMPLE.test(path) && SETTINGS.test(name)) || CHART.test(path)) return 'sample';
  if (LOCAL.test(path) && !PRODUCTION.test(name)) return 'local';
  if (PROSE.test(path)) return 'prose';
  if (VIEW.test(path) || HOOK.test(path)) return 'view';
  if (SEED.test(path)) return 'seed';
  return 'shipped';
}

/** Formats that only a real credential has, wherever it stands. */
const FORMATS = ['secret-known-format', 'secret-provider-key'];

/** Guesses by a name, which in a throw-away environment come to `postgres:postgres` and nothing else. */
const BY_NAME = [
  'secret-named-literal',
  'secret-in-configuration',
  'secret-in-url',
  'secret-environment-fallback',
  'secret-command-line',
];

/** What lets somebody in: a matter of the service behind a page. */
const DECISIONS = [
  'allow-when-missing',
  'allow-always',
  'allow-on-error',
  'default-allow',
  'default-role',
  'privileged-fallback',
  'role-from-input',
  'seeded-account',
  'mass-assignment',
  'header-bypass',
  'signature-unverified',
  'environment-bypass',
];

/** Rows for a database of one's own. The accounts and passwords in them are told, what they may do is made up. */
const SEED = /(?:^|\/)(?:seeds?|seeders?)(?:\/|[\w.-]{0,30}\.[cm]?[jt]s$)/i;

/** All rules but some, or some rules and no others. Kinds that are not named are judged by all. */
const RULES_OF: { readonly [K in Kind]?: { readonly only?: string[]; readonly not?: string[] } } = {
  local: {
    not: [
      ...BY_NAME,
      'tls-verification-off',
      'image-without-digest',
      'image-runs-as-root',
      'cors-any-origin',
    ],
  },
  pipeline: { not: [...BY_NAME, 'open-ingress'] },
  seed: { not: DECISIONS.filter((rule) => rule !== 'seeded-account') },
  view: { not: DECISIONS },
  sample: { only: [...FORMATS, 'secret-private-key', 'secret-high-entropy'] },
  test: { only: FORMATS },
  prose: { only: [...FORMATS, 'secret-private-key'] },
  generated: { only: ['secret-known-format', 'lockfile-entry', 'unreadable'] },
};

/** Whether a rule has something to say about files of a kind. */
export function concerns(rule: string, kind: Kind): boolean {
  const { only, not } = RULES_OF[kind] ?? {};
  return (only?.includes(rule) ?? true) && !not?.includes(rule);
}
