import type { RenderedFile } from '../render/render.ts';
import type { Change } from './changes.ts';
import type { Comparison } from './comparison.ts';
import {
  type JsonObject,
  type JsonValue,
  parseJsonObject,
  printJson,
  readKey,
  removeKey,
  sameJson,
  setKey,
} from './keyed-json.ts';

/**
 * Brings a package.json up to date key by key. A key whose value is not what we last wrote belongs to the user by now,
 * and everything we never wrote always did.
 */
export function* compareKeyed(comparison: Comparison, file: RenderedFile): Generator<Change> {
  const base = { path: file.path, module: file.module };
  const text = comparison.read(file.path);
  const before = comparison.recorded.keys[file.path];
  if (text === undefined) {
    if (before === undefined)
      yield { ...base, kind: 'create', owner: 'keyed', content: file.content };
    else yield { ...base, kind: 'kept', why: 'you deleted it' };
    return;
  }
  const edit = editKeys(
    parseJsonObject(text, file.path),
    before ?? {},
    comparison.rendered.keys[file.path] ?? {},
  );
  if (edit.conflicts.length > 0) {
    yield {
      ...base,
      kind: 'needs-you',
      why: 'you changed keys that had to change',
      lines: edit.conflicts,
    };
  }
  if (edit.changed)
    yield { ...base, kind: 'update', owner: 'keyed', content: printJson(edit.json, text) };
  else if (edit.conflicts.length === 0) yield { ...base, kind: 'unchanged' };
}

interface KeyEdit {
  readonly json: JsonObject;
  readonly changed: boolean;
  /** What to set or delete by hand. */
  readonly conflicts: string[];
}

type Keys = Readonly<Record<string, JsonValue>>;

function editKeys(original: JsonObject, before: Keys, after: Keys): KeyEdit {
  let json = original;
  const conflicts: string[] = [];
  for (const [key, value] of Object.entries(after)) {
    if (sameJson(before[key], value)) continue;
    const current = readKey(json, key);
    if (sameJson(current, value)) continue;
    if (current === undefined || sameJson(current, before[key])) json = setKey(json, key, value);
    else conflicts.push(`set:    ${key} = ${JSON.stringify(value)}`);
  }
  for (const [key, value] of Object.entries(before)) {
    if (Object.hasOwn(after, key)) continue;
    const current = readKey(json, key);
    if (sameJson(current, value)) json = removeKey(json, key);
    else if (current !== undefined) conflicts.push(`delete: ${key}, if nothing of yours needs it`);
  }
  return { json, changed: json !== original, conflicts };
}
