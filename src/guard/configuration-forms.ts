import {
  isReference,
  looksChosen,
  namesSecret,
} from '../../templates/app/platform/src/secret-shapes/named-secrets.ts';

/** A way of one configuration format to give a secret a value. */
export interface Form {
  readonly files: RegExp;
  readonly pattern: RegExp;
  /** Whether the name has to say secret; some formats only have a place for one. */
  readonly named: boolean;
}

/** Formats that put the value elsewhere than behind `=` or `:`. */
export const FORMS: readonly Form[] = [
  // .netrc: machine x login y password z
  {
    files: /(?:^|\/)[._]netrc$|\.(?:md|sh|ya?ml|txt)$/,
    pattern:
      /\bmachine\s{1,20}\S{1,200}\s{1,20}login\s{1,20}\S{1,200}\s{1,20}password\s{1,20}(?<value>\S{1,200})/g,
    named: false,
  },
  // .pgpass: host:port:database:user:password
  {
    files: /(?:^|\/)\.pgpass$/,
    pattern: /^(?!#)(?:[^:\n]{1,200}:){4}(?<value>[^\s:]{1,200})$/gm,
    named: false,
  },
  // Redis: requirepass x
  {
    files: /\.conf$/,
    pattern: /^(?:requirepass|masterauth)[ \t]{1,8}["']?(?<value>[^\s"']{1,200})/gm,
    named: false,
  },
  // Terraform: variable "x" { default = "y" }
  {
    files: /\.(?:tf|hcl|tofu)$/,
    pattern:
      /\bvariable\s{1,4}"(?<name>[^"\n]{1,80})"\s{0,4}\{[^{}]{0,600}?\bdefault\s{0,20}=\s{0,4}"(?<value>[^"\n]{1,300})"/g,
    named: true,
  },
  // Dockerfile: ENV X y
  {
    files: /(?:^|\/)(?:Docker|Container)file[^/]*$/,
    pattern: /^[ \t]{0,8}ENV[ \t]{1,8}(?<name>\w{1,80})[ \t]{1,8}(?<value>[^\s=][^\n]{0,300})$/gm,
    named: true,
  },
  // XML: <x>y</x>
  {
    files: /\.(?:xml|config|csproj|props|plist|pom)$/,
    pattern: /<(?<name>[A-Za-z][\w.-]{0,60})>\s{0,8}(?<value>[^<>\n]{1,200}?)\s{0,8}<\//g,
    named: true,
  },
  // PHP and Python: define('X', 'y'), os.environ.setdefault('X', 'y')
  {
    files: /\.(?:php|py|rb|go|java|kt|rs|cs)$/,
    pattern:
      /\b(?:define|putenv|setenv|setdefault|Setenv|set_var|setProperty)\(\s{0,4}["'](?<name>[\w.]{1,80})["']\s{0,4},\s{0,4}["'](?<value>[^"'\n]{1,200})["']/g,
    named: true,
  },
];

/** Offsets of written-out values in the forms that a file of this path may have. */
export function findForms(path: string, content: string): number[] {
  return FORMS.filter(({ files }) => files.test(path)).flatMap(({ pattern, named }) =>
    [...content.matchAll(pattern)]
      .filter(({ groups }) => !named || namesSecret(groups?.['name'] ?? ''))
      .filter(({ groups }) => !isReference(groups?.['value'] ?? ''))
      .map((match) => match.index + match[0].lastIndexOf(match.groups?.['value'] ?? '')),
  );
}

const SECRET_DATA = /^(?<indent>[ \t]{0,20})(?:data|stringData):[ \t]*$/;
const ENTRY =
  /^(?<indent>[ \t]{1,40})(?:"[^"\n]{1,80}"|[\w.-]{1,80}):[ \t]{1,8}["']?(?<value>[^\s"'#|>][^\n"']{0,2000})/;

/** What stands under `data` and `stringData` of a Kubernetes Secret: base64 is no protection. */
export function findKubernetesData(content: string): number[] {
  if (!/^kind:[ \t]{0,4}["']?Secret\b/m.test(content)) return [];
  const found: number[] = [];
  let at = 0;
  let within: number | undefined;
  let isSecret = false;
  for (const line of content.split('\n')) {
    if (line.startsWith('---')) [isSecret, within] = [false, undefined];
    if (line.startsWith('kind:')) isSecret = /^kind:[ \t]{0,4}["']?Secret\b/.test(line);
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (within !== undefined && line.trim() !== '' && indent <= within) within = undefined;
    const value = ENTRY.exec(line)?.groups?.['value'];
    if (isSecret && within !== undefined && value !== undefined && !isReference(value))
      found.push(at);
    const opened = SECRET_DATA.exec(line);
    if (opened) within = opened.groups?.['indent']?.length ?? 0;
    at += line.length + 1;
  }
  return found;
}

/** Values in the column of a Markdown table whose head says password. */
export function findTableCells(content: string): number[] {
  const found: number[] = [];
  let columns: number[] = [];
  let at = 0;
  for (const line of content.split('\n')) {
    const cells = line.trimStart().startsWith('|') ? line.split('|') : [];
    if (cells.length === 0) columns = [];
    else if (columns.length === 0)
      columns = cells.flatMap((cell, column) => (namesSecret(cell) ? [column] : []));
    else if (columns.some((column) => isCell(cells[column] ?? ''))) found.push(at);
    at += line.length + 1;
  }
  return found;
}

function isCell(cell: string): boolean {
  const value = cell.trim().replace(/^`|`$/g, '');
  return !/\s/.test(value) && !isReference(value) && looksChosen(value);
}

/** `password is x`, `with password "x"`: how people tell one another. */
const SAID =
  /\b(?:password|passwd|passphrase|passcode|pwd)s?\b["'`*]{0,2}(?:\s{1,4}(?:is|was|=>)\s{1,4}|\s{1,4}(?=["'`]))["'`*]{0,2}(?<value>[^\s"'`*,]{5,100})/gi;

export function findSaid(text: string): number[] {
  if (!/passw|passp|passc|pwd/i.test(text)) return [];
  return [...text.matchAll(SAID)]
    .filter(({ groups }) => {
      const value = (groups?.['value'] ?? '').replace(/[.!?;:)]$/, '');
      return /[a-z]/i.test(value) && looksChosen(value) && !isReference(value);
    })
    .map((match) => match.index);
}
