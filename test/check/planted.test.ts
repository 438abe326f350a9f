import { expect, test } from 'vitest';
import { runCli } from '../support/cli.ts';
import { DIGEST, IGNORE, KEY, SHA, folderOf, git, write } from './support.ts';

const CHECKOUT = `actions/checkout@${SHA}`;

function workflow(
  on: string,
  steps: string,
  permissions = 'permissions:\n  contents: read\n',
): string {
  return `on: ${on}\n${permissions}jobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n${steps}`;
}

/** One violation of each family a file, with the rule that has to find it and the line it stands on. */
const PLANTED: readonly (readonly [path: string, line: number, rule: string, content: string])[] = [
  ['src/pay.ts', 1, 'secret-provider-key', `export const key = '${KEY}';\n`],
  ['src/db.ts', 1, 'secret-named-literal', `export const dbPassword = 'tr0ub4dor&3';\n`],
  [
    'src/jwt.ts',
    1,
    'secret-environment-fallback',
    `export const jwtSecret = process.env.JWT_SECRET || 'superSecret';\n`,
  ],
  [
    'src/role.ts',
    1,
    'privileged-fallback',
    `export const roleOf = (user) => user.role ?? 'admin';\n`,
  ],
  [
    'src/guards/roles.guard.ts',
    2,
    'allow-when-missing',
    `export function canActivate(roles) {\n  if (!roles?.length) {\n    return true;\n  }\n  return has(roles);\n}\n`,
  ],
  [
    'src/tls.ts',
    1,
    'tls-verification-off',
    `export const agent = new Agent({ rejectUnauthorized: false });\n`,
  ],
  ['src/app.js', 2, 'cors-any-origin', `const cors = require('cors');\napp.use(cors());\n`],
  [
    'package.json',
    3,
    'dependency-unlocked',
    `{\n  "dependencies": {\n    "pino": "latest"\n  }\n}\n`,
  ],
  ['web/package.json', 1, 'unreadable', `{ "name": "web",\n`],
  [
    '.github/workflows/pin.yml',
    9,
    'action-without-commit',
    workflow('push', `      - run: npm test\n      - uses: actions/checkout@v4\n`),
  ],
  [
    '.github/workflows/rights.yml',
    3,
    'workflow-permissions',
    workflow('push', `      - run: npm test\n`, ''),
  ],
  [
    '.github/workflows/all.yml',
    2,
    'workflow-permissions',
    workflow('push', `      - run: npm test\n`, 'permissions: write-all\n'),
  ],
  [
    '.github/workflows/target.yml',
    9,
    'workflow-untrusted-checkout',
    workflow(
      'pull_request_target',
      `      - run: npm test\n      - uses: ${CHECKOUT}\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}\n`,
    ),
  ],
  [
    '.github/workflows/title.yml',
    8,
    'workflow-script-injection',
    workflow('pull_request', `      - run: echo "\${{ github.event.pull_request.title }}"\n`),
  ],
  [
    '.github/workflows/kept.yml',
    8,
    'workflow-kept-credentials',
    workflow(
      'push',
      `      - uses: ${CHECKOUT}\n      - uses: actions/upload-artifact@${SHA}\n        with:\n          path: .\n`,
    ),
  ],
  [
    'api/Dockerfile',
    1,
    'image-runs-as-root',
    `FROM node:24@${DIGEST}\nCMD ["node", "server.js"]\n`,
  ],
  ['tag/Dockerfile', 1, 'image-without-digest', `FROM node:24\nUSER node\n`],
  [
    'add/Dockerfile',
    2,
    'unpinned-download',
    `FROM node:24@${DIGEST}\nADD https://example.com/tool.tgz /opt/\nUSER node\n`,
  ],
  [
    'arg/Dockerfile',
    2,
    'image-secret-argument',
    `FROM node:24@${DIGEST}\nARG NPM_TOKEN\nUSER node\n`,
  ],
  [
    'infra/iam.ts',
    2,
    'iam-wildcard-grant',
    `import * as aws from '@pulumi/aws';\nexport const statement = { Effect: 'Allow', Action: '*', Resource: '*' };\n`,
  ],
  [
    'infra/net.ts',
    2,
    'open-ingress',
    `import * as aws from '@pulumi/aws';\nnew aws.ec2.SecurityGroup('db', { ingress: [{ fromPort: 5432, toPort: 5432, protocol: 'tcp', cidrBlocks: ['0.0.0.0/0'] }] });\n`,
  ],
  [
    'infra/secret.ts',
    2,
    'secret-in-state',
    `import * as aws from '@pulumi/aws';\nnew aws.secretsmanager.SecretVersion('db', { secretId: secret.id, secretString: made.result });\n`,
  ],
  [
    'infra/bucket.ts',
    2,
    'open-ingress',
    `import * as aws from '@pulumi/aws';\nnew aws.s3.BucketV2('files', { acl: 'public-read' });\n`,
  ],
  [
    'infra/inline.ts',
    2,
    'secret-named-literal',
    `import * as aws from '@pulumi/aws';\nnew aws.rds.Instance('db', { username: 'app', password: 'tr0ub4dor&3' });\n`,
  ],
  [
    'src/left.ts',
    1,
    'suppression-incomplete',
    `// ${IGNORE}: secret-named-literal\nexport const name = 'app';\n`,
  ],
];

const PLACES = PLANTED.map(([path, line, rule]) => `${path}:${line} ${rule}`).sort();

/** What git would not add, and so nobody ships. */
const LEFT_OUT = {
  '.gitignore': 'dist/\n*.local\n',
  'dist/key.js': `const key = '${KEY}';\n`,
  'a/.env.local': `KEY=${KEY}\n`,
  'node_modules/x/index.js': `'${KEY}'\n`,
  'yarn.lock': '# lock\n',
};

function project(): string {
  return folderOf({
    ...Object.fromEntries(PLANTED.map(([path, , , content]) => [path, content])),
    ...LEFT_OUT,
  });
}

async function checked(root: string) {
  const run = await runCli(['check', '--json'], { cwd: root });
  const report = JSON.parse(run.stdout);
  const places = report.findings.map(
    ({ file, line, rule }: { file: string; line: number; rule: string }) =>
      `${file}:${line} ${rule}`,
  );
  return { run, report, places: places.sort() };
}

test('a planted violation of every family is found where it stands, and nothing else is, with a git', async () => {
  const root = project();
  git(root, 'init');
  git(root, 'add', 'src');
  const { run, places } = await checked(root);
  expect(places).toEqual(PLACES);
  expect(run.code).toBe(2);
  expect(run.stdout + run.stderr).not.toContain(KEY);
});

test('the same is found without a git', async () => {
  const { run, places } = await checked(project());
  expect(places).toEqual(PLACES);
  expect(run.code).toBe(2);
});

test('a folder without a violation passes, and is told what was not judged', async () => {
  const root = folderOf({ 'src/a.ts': 'export const a = 1;\n', 'tool.py': 'print(1)\n' });
  write(root, 'logo.png', 'x');
  const run = await runCli(['check', root], { cwd: root });
  expect(run.code, run.stdout).toBe(0);
  expect(run.stdout).toContain('✔ No findings.');
  expect(run.stdout).toContain('no project of create-secure-app');
  expect(run.stdout).toContain('.py 1');
  expect(run.stdout).toContain('1 file without text was not judged.');
});
