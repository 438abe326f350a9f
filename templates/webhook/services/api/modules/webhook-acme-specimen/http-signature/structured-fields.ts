import { decoded } from '@app/platform/webhooks/scheme';

// Of structured fields (RFC 8941) only what signatures are written with, and only as a serialiser
// writes it. A general parser takes the last of two members of one name: of two readers of a message
// each may then have judged another.

export interface SignatureInput {
  // Exactly as sent, since it is signed.
  readonly text: string;
  readonly components: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
}

const NAME = '[a-z*][a-z0-9_.*-]*';
const STRING = '"[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*"';
const INTEGER = '(?:0|[1-9][0-9]{0,14})';
const LIST = `\\((?:${STRING}(?: ${STRING})*)?\\)`;
const PARAMETER = `;${NAME}=(?:${STRING}|${INTEGER})`;
const MEMBER = new RegExp(`(${NAME})=((${LIST})((?:${PARAMETER})*))(?:, ?(?=[a-z*])|$)`, 'y');
const BYTES = new RegExp(`^(${NAME})=:([A-Za-z0-9+/=]+):$`);

/** `sig1=("@method" "content-digest");created=1618884473;keyid="a"`, for each label. */
export function parseSignatureInputs(
  header: string | undefined,
): ReadonlyMap<string, SignatureInput> | undefined {
  const inputs = new Map<string, SignatureInput>();
  const text = header ?? '';
  const member = new RegExp(MEMBER);
  while (member.lastIndex < text.length) {
    const [, label = '', signed = '', list = '', tail = ''] = member.exec(text) ?? [];
    const parameters = parametersOf(tail);
    if (label === '' || inputs.has(label) || !parameters) return undefined;
    inputs.set(label, { text: signed, components: stringsOf(list), parameters });
  }
  return inputs;
}

/** `sha-256=:…:, sha-512=:…:`, the bytes of each name. */
export function parseByteMembers(
  header: string | undefined,
): ReadonlyMap<string, Buffer> | undefined {
  const members = new Map<string, Buffer>();
  for (const part of header?.split(/, ?/) ?? []) {
    const [, name = '', text = ''] = BYTES.exec(part) ?? [];
    const bytes = decoded(text, 'base64');
    if (!bytes || members.has(name)) return undefined;
    members.set(name, bytes);
  }
  return members;
}

function stringsOf(list: string): string[] {
  return (list.match(new RegExp(STRING, 'g')) ?? []).map((text) => text.slice(1, -1));
}

function parametersOf(tail: string): Record<string, string> | undefined {
  const found = [...tail.matchAll(new RegExp(`;(${NAME})=(${STRING}|${INTEGER})`, 'g'))];
  const parameters = new Map(found.map(([, name = '', value = '']) => [name, value]));
  if (parameters.size !== found.length) return undefined;
  return typed(parameters);
}

const NUMBERS = new Set(['created', 'expires']);

// created="1618884473" is text: who reads it as a time and who does not would differ.
function typed(parameters: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const pairs = [...parameters];
  if (pairs.some(([name, value]) => NUMBERS.has(name) === value.startsWith('"'))) return undefined;
  return Object.fromEntries(pairs.map(([name, value]) => [name, value.replaceAll('"', '')]));
}
