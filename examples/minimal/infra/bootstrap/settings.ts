import type { BootstrapSettings } from './names.ts';

/** What the stack's file says, as text. Lists are JSON. */
export type Configured = (key: string) => string | undefined;

const SUFFIX = '-bootstrap';

/** @throws an Error with one sentence a line, each with the way out */
export function readBootstrapSettings(name: string, configured: Configured): BootstrapSettings {
  const problems: string[] = [];
  const read = (key: string, shape: RegExp, wanted: string): string => {
    const value = configured(key) ?? '';
    if (!shape.test(value)) problems.push(`${key} has to be ${wanted}.`);
    return value;
  };
  const list = (key: string, each: string, wanted: string): readonly string[] => {
    const text = read(key, new RegExp(`^\\["${each}"(,"${each}")*\\]$`), wanted);
    return problems.length === 0 ? (JSON.parse(text) as string[]) : [];
  };
  if (!/^[a-z][a-z0-9-]{1,29}-bootstrap$/.test(name))
    problems.push(
      'Pulumi.yaml names the project, of 2 to 30 letters, digits and hyphens, and -bootstrap.',
    );
  const settings = {
    project: name.slice(0, -SUFFIX.length),
    region: read('aws:region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-west-1'),
    accountId: read(
      'aws:allowedAccountIds',
      /^\["\d{12}"\]$/,
      'one account: ["123456789012"]',
    ).slice(2, -2),
    // No pattern, and no part of one: whoever has such a name would be let in.
    repository: read('bootstrap:repository', /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'like acme/shop'),
    environments: list('bootstrap:environments', '(?:dev|prod)', 'some of ["dev","prod"]'),
    services: list('bootstrap:services', '[a-z][a-z0-9-]*', 'the folders below services/: ["api"]'),
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return settings;
}
