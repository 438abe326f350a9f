import type { Template, TemplateFiles } from './templates.ts';

/** Path, hash and length in bytes of each template, in the order in which their bytes follow. */
type Index = readonly (readonly [path: string, sha256: string, length: number])[];

/** The form that is shipped: the index as one line of JSON, then the bytes of all templates. */
export function printPack(files: Readonly<Record<string, Template>>): Buffer {
  const texts = Object.entries(files).map(
    ([path, { text, sha256 }]) => [path, sha256, Buffer.from(text)] as const,
  );
  const index: Index = texts.map(([path, sha256, bytes]) => [path, sha256, bytes.length]);
  const head = Buffer.from(`${JSON.stringify(index)}\n`);
  return Buffer.concat([head, ...texts.map(([, , bytes]) => bytes)]);
}

/** Decodes no template: of the hundreds that a run writes, it reads a few. */
export function readPack(pack: Buffer): Map<string, Template> {
  const end = pack.indexOf('\n');
  const index = JSON.parse(pack.toString('utf8', 0, end)) as Index;
  const files = new Map<string, Template>();
  let at = end + 1;
  for (const [path, sha256, length] of index) {
    files.set(path, new UnpackedTemplate(pack.subarray(at, at + length), sha256));
    at += length;
  }
  return files;
}

class UnpackedTemplate implements Template {
  readonly bytes: Buffer;
  readonly sha256: string;
  #text: string | undefined;

  constructor(bytes: Buffer, sha256: string) {
    this.bytes = bytes;
    this.sha256 = sha256;
  }

  get text(): string {
    this.#text ??= this.bytes.toString('utf8');
    return this.#text;
  }
}

/** Templates that are read a generator at a time: a run emits those of a few, and unpacking all takes longer than it does. */
export class PackedFiles implements TemplateFiles {
  readonly #generators: readonly string[];
  readonly #read: (generator: string) => ReadonlyMap<string, Template>;
  readonly #unpacked = new Map<string, ReadonlyMap<string, Template>>();

  constructor(
    generators: readonly string[],
    read: (generator: string) => ReadonlyMap<string, Template>,
  ) {
    this.#generators = generators;
    this.#read = read;
  }

  get(path: string): Template | undefined {
    return this.of(path.slice(0, path.indexOf('/'))).get(path);
  }

  of(generator: string): ReadonlyMap<string, Template> {
    const known = this.#unpacked.get(generator);
    if (known) return known;
    const files = this.#generators.includes(generator) ? this.#read(generator) : new Map();
    this.#unpacked.set(generator, files);
    return files;
  }

  *keys(): Generator<string> {
    for (const [path] of this) yield path;
  }

  *[Symbol.iterator](): Generator<readonly [string, Template]> {
    for (const generator of this.#generators) yield* this.of(generator);
  }
}
