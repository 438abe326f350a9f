import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { SecretReference } from '../secrets/secret.ts';

/** One of the keys that are live at once, by name: what it is stands in the secret store. */
export interface EndpointKey {
  /** Kept with each delivery that it proved. An http-signature names its key by it. */
  readonly id: string;
  readonly secret: SecretReference;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** The keys of an endpoint as they stand in its keys.json, which may change while the service runs. (CHECK-10) */
export interface KeysFile {
  readonly file: URL;
  /** @throws an Error of one sentence that names the file and the place in it */
  read(): readonly EndpointKey[];
}

// A reference in two words at least: what somebody pastes for one is none. (HOOK-6)
const Reference = Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}(/[a-z][a-z0-9-]{0,39}){1,3}$' });
const Time = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z$' });

const Key = Type.Object(
  {
    id: Type.String({ pattern: '^[!-~]{1,100}$' }),
    secretName: Reference,
    notBefore: Type.Optional(Time),
    notAfter: Type.Optional(Time),
  },
  { additionalProperties: false },
);
const File = Type.Object({ keys: Type.Array(Key) }, { additionalProperties: false });

export function keysIn(file: URL): KeysFile {
  return { file, read: () => keysOf(file, textIn(file)) };
}

/** Of either kind: those of a specimen stand in its definition. */
export function declaredKeys(keys: KeysFile | readonly EndpointKey[]): readonly EndpointKey[] {
  return 'file' in keys ? keys.read() : keys;
}

export interface ReadKeys {
  readonly keys: readonly EndpointKey[];
  /** Writes other ones in their place, whole or not at all, unless somebody else has meanwhile. */
  replace(keys: readonly EndpointKey[]): Promise<void>;
}

/** For whoever changes them. */
export async function openKeys({ file }: KeysFile): Promise<ReadKeys> {
  const text = textIn(file);
  return {
    keys: keysOf(file, text),
    replace: async (keys) => {
      const path = fileURLToPath(file);
      const partial = `${path}.${randomBytes(8).toString('hex')}.partial`;
      try {
        await writeWhole(partial, textOf(keys));
        if ((await readFile(file, 'utf8')) !== text)
          throw new Error('Somebody else has changed these keys meanwhile: look at them again.');
        await rename(partial, path);
      } finally {
        await rm(partial, { force: true });
      }
    },
  };
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function keysOf(file: URL, text: string): readonly EndpointKey[] {
  const { keys } = requireKeys(file, text);
  return keys.map(({ id, secretName, notBefore, notAfter }) => ({
    id,
    secret: new SecretReference(secretName),
    ...(notBefore !== undefined && { notBefore: new Date(notBefore) }),
    ...(notAfter !== undefined && { notAfter: new Date(notAfter) }),
  }));
}

// A path that cannot be read is told as it is, and not by the code of the system.
function textIn(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw unclear(file, 'the file itself');
  }
}

function requireKeys(file: URL, text: string): Static<typeof File> {
  const document = parse(text);
  if (!Value.Check(File, document)) throw unclear(file, placeIn(document));
  const { keys } = document;
  for (const [index, { id, notBefore, notAfter }] of keys.entries()) {
    const place = `keys/${index}`;
    if (keys.findIndex((key) => key.id === id) !== index) throw unclear(file, `${place}/id`);
    if (![notBefore, notAfter].every(isTime)) throw unclear(file, place);
    if (notBefore && notAfter && Date.parse(notBefore) >= Date.parse(notAfter))
      throw unclear(file, `${place}/notAfter`);
  }
  return document;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// JavaScript reads the 31st of February as the 3rd of March, until when a key would be believed. (HOOK-1)
function isTime(text: string | undefined): boolean {
  if (text === undefined) return true;
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 19) === text.slice(0, 19);
}

function placeIn(document: unknown): string {
  if (document === undefined) return 'its JSON';
  const [first] = Value.Errors(File, document);
  return PLACE.exec(first?.instancePath ?? '')?.[1] ?? 'its members';
}

const PLACE = /^\/(keys(?:\/\d+(?:\/(?:id|secretName|notBefore|notAfter))?)?)/;

// By its place: what stands there may be a secret that somebody has pasted. (HOOK-6)
function unclear(file: URL, what: string): Error {
  const name = file.pathname.split('/').slice(-2).join('/');
  return new Error(`${name} is no list of webhook keys: look at ${what}.`);
}

function textOf(keys: readonly EndpointKey[]): string {
  const written = keys.map(({ id, secret, notBefore, notAfter }) => ({
    id,
    secretName: secret.name,
    ...(notBefore && { notBefore: timeText(notBefore) }),
    ...(notAfter && { notAfter: timeText(notAfter) }),
  }));
  return `${JSON.stringify({ keys: written }, null, 2)}\n`;
}

/** To the second: a key does not begin or end within one. */
export function timeText(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`;
}
