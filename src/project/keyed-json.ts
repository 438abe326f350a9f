import { EXIT, UserError } from '../errors.ts';
import { compareByAlphabet } from '../lock/index.ts';

export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Sections of a package.json whose members are owned one by one. A key is `section.member`, split at the first dot. */
const SECTIONS = new Set([
  'scripts',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'overrides',
  'allowScripts',
  'engines',
]);
/** Members that npm keeps sorted; a new one goes to its place instead of the end. */
const SORTED = new Set([
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
]);
/** What describes the project rather than making it work: the user's from the start. */
const USERS_OWN = new Set(['name', 'version', 'description', 'license', 'author', 'private']);

/** The keys of a package.json that the generator owns, with their values. */
export function ownedKeys(json: JsonObject): Map<string, JsonValue> {
  const keys = new Map<string, JsonValue>();
  for (const [key, value] of Object.entries(json)) {
    if (USERS_OWN.has(key)) continue;
    if (SECTIONS.has(key) && isObject(value)) {
      for (const [member, inner] of Object.entries(value)) keys.set(`${key}.${member}`, inner);
    } else keys.set(key, value);
  }
  return keys;
}

export function readKey(json: JsonObject, key: string): JsonValue | undefined {
  const [section, member] = splitKey(key);
  if (member === undefined) return json[section];
  const inner = json[section];
  return isObject(inner) ? inner[member] : undefined;
}

export function setKey(json: JsonObject, key: string, value: JsonValue): JsonObject {
  const [section, member] = splitKey(key);
  if (member === undefined) return insert(json, section, value, false);
  const inner = json[section];
  const next = insert(isObject(inner) ? inner : {}, member, value, SORTED.has(section));
  return insert(json, section, next, false);
}

export function removeKey(json: JsonObject, key: string): JsonObject {
  const [section, member] = splitKey(key);
  if (member === undefined) return without(json, section);
  const inner = json[section];
  if (!isObject(inner)) return json;
  const next = without(inner, member);
  return Object.keys(next).length === 0
    ? without(json, section)
    : insert(json, section, next, false);
}

/** @throws UserError `E_PACKAGE_JSON` when the text is not a JSON object. */
export function parseJsonObject(text: string, path: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (isObject(parsed)) return parsed;
  throw new UserError(
    'E_PACKAGE_JSON',
    EXIT.needsYou,
    `${path} is not a JSON object.`,
    'Mend it (`git diff` shows what changed), then run the command again.',
  );
}

/** Prints with the indentation that `like` uses, so that an edit changes only the lines it means to. */
export function printJson(json: JsonObject, like = ''): string {
  const indent = /^([ \t]+)"/m.exec(like)?.[1] ?? '  ';
  return `${JSON.stringify(json, null, indent)}\n`;
}

export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function splitKey(key: string): [section: string, member: string | undefined] {
  const dot = key.indexOf('.');
  const section = dot === -1 ? key : key.slice(0, dot);
  return dot !== -1 && SECTIONS.has(section) ? [section, key.slice(dot + 1)] : [key, undefined];
}

/** Keeps the order of what is there; a new member goes before the first greater one where the object is kept sorted. */
function insert(object: JsonObject, key: string, value: JsonValue, sorted: boolean): JsonObject {
  if (Object.hasOwn(object, key)) {
    return Object.fromEntries(Object.entries(object).map(([k, v]) => [k, k === key ? value : v]));
  }
  const entries = Object.entries(object);
  const at = sorted ? entries.findIndex(([other]) => compareByAlphabet(other, key) > 0) : -1;
  entries.splice(at === -1 ? entries.length : at, 0, [key, value]);
  return Object.fromEntries(entries);
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}
