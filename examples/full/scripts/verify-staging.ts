import { parseArgs } from 'node:util';
import { isLoopback, problemOfTarget } from './staging/target.ts';
import { verifyStaging } from './staging/verify.ts';

const USAGE = `npm run verify:staging -- https://staging.example.com [--json] [--path /one/more]...

Asks the way a stranger would: no cookie, no credential, no redirect followed. Exit 0 all held, 1 something did not, 2 usage.`;

const options = {
  json: { type: 'boolean' },
  path: { type: 'string', multiple: true },
} as const;

async function main(argv: readonly string[]): Promise<number> {
  const asked = parse(argv);
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`);
    return 2;
  }
  const { origin, paths, json } = asked;
  const findings = await verifyStaging({ origin, paths });
  const failed = findings.filter(({ problem }) => problem !== undefined);
  if (json)
    process.stdout.write(`${JSON.stringify({ origin: origin.origin, findings }, null, 2)}\n`);
  else {
    for (const { check, name, problem } of findings) {
      process.stdout.write(
        `${problem ? 'FAIL' : 'ok  '} ${check.padEnd(9)} ${name}${problem ? `: ${problem}` : ''}\n`,
      );
    }
    const note = isLoopback(origin)
      ? ' Plain http to this machine: nothing was learnt about TLS.'
      : '';
    const plain = origin.protocol === 'http:' ? note : '';
    process.stdout.write(`${failed.length} of ${findings.length} failed.${plain}\n`);
  }
  return failed.length === 0 ? 0 : 1;
}

function parse(argv: readonly string[]) {
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const [url = '', ...rest] = positionals;
    if (rest.length > 0 || !URL.canParse(url)) return USAGE;
    const origin = new URL(url);
    const paths = values.path ?? [];
    if (paths.some((path) => !path.startsWith('/'))) return USAGE;
    return problemOfTarget(origin) ?? { origin, paths, json: values.json === true };
  } catch {
    return USAGE;
  }
}

process.exitCode = await main(process.argv.slice(2));
