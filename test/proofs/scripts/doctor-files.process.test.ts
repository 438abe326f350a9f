import { appendFile, chmod, mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  checkDataFolder,
  checkDerivedFiles,
  checkGitHooks,
  checkManagedFiles,
  checkTrackedSecrets,
} from '../../scripts/doctor.ts';
import { findsEach, git } from './doctor-checkout.ts';

const HOST = encodeURIComponent(hostname()).replaceAll('.', '%2E');
const NO_SUCH_PROCESS = 999_999_999;

findsEach([
  {
    what: 'a derived file that is stale',
    check: checkDerivedFiles,
    change: (copy) =>
      writeFile(
        join(copy, 'scripts/refresh.ts'),
        "process.stdout.write('stale migrations/schema.sql\\n'); process.exitCode = 1;",
      ),
    says: /Stale: migrations\/schema\.sql/,
    mend: /npm run refresh/,
  },
  {
    what: 'data that others may read',
    check: checkDataFolder,
    change: (copy) => chmod(join(copy, '.data/api'), 0o755),
    says: /Others on this machine may read/,
    mend: /chmod -R go= \.data/,
  },
  {
    what: 'the claim of a process that was killed',
    check: checkDataFolder,
    change: (copy) =>
      writeFile(join(copy, `.data/api/owner.${HOST}.${NO_SUCH_PROCESS}.1.0123456789abcdef`), ''),
    says: /was killed left its claim/,
    mend: /^rm .+owner\./,
  },
  {
    what: 'the claim of a process on another machine',
    check: checkDataFolder,
    change: (copy) => writeFile(join(copy, '.data/api/owner.build%2E7.1.1.0123456789abcdef'), ''),
    says: /process on build\.7 claims/,
    mend: /^rm /,
  },
  {
    what: 'hooks in a folder that is not there',
    check: checkGitHooks,
    change: (copy) => git(copy, 'config', 'core.hooksPath', '.hooks'),
    says: /core\.hooksPath names \.hooks/,
    mend: /git config --unset core\.hooksPath/,
  },
  {
    what: 'a hook that git skips',
    check: checkGitHooks,
    change: async (copy) => {
      await mkdir(join(copy, '.git/hooks'), { recursive: true });
      await writeFile(join(copy, '.git/hooks/pre-commit'), '', { mode: 0o600 });
    },
    says: /pre-commit is not executable/,
    mend: /chmod \+x/,
  },
  ...['.env', 'deploy/.env.production', 'tls/server.pem', '.data/api/postgres/base'].map(
    (path) => ({
      what: `${path} in git`,
      check: checkTrackedSecrets,
      change: async (copy: string) => {
        await mkdir(join(copy, path, '..'), { recursive: true });
        await writeFile(join(copy, path), '');
        git(copy, 'add', '--force', path);
      },
      says: /counts as leaked/,
      mend: /git rm --cached/,
    }),
  ),
  {
    what: 'a managed file that was edited',
    check: checkManagedFiles,
    change: (copy) => appendFile(join(copy, 'services/api/modules.ts'), '\n'),
    says: /services\/api\/modules\.ts .+ was edited/,
    mend: /git checkout -- services\/api\/modules\.ts/,
  },
]);
