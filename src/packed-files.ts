import type { Template, TemplateFiles } from './templates.ts';

/** Templates that are read a generator at a time: a run emits those of a few, and unpacking all takes longer than it does. */
export class PackedFiles implements TemplateFiles {
  readonly #generators: readonly string[];
  readonly #read: (generator: string) => Readonly<Record<string, Template>>;
  readonly #unpacked = new Map<string, ReadonlyMap<string, Template>>();

  constructor(
    generators: readonly string[],
    read: (generator: string) => Readonly<Record<string, Template>>,
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
    const read = this.#generators.includes(generator) ? this.#read(generator) : {};
    const files = new Map(Object.entries(read));
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
