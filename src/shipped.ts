import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { generators } from '../generators/index.ts';
import type { Catalogue } from './catalogue.ts';
import { EXIT, UserError } from './errors.ts';
import type { Lockfile } from './lock/index.ts';
import { PackedFiles, readPack } from './packed-files.ts';
import { sha256 } from './templates.ts';

/**
 * What the packed files were when the guard had passed every template and the generators were held against them.
 * Inlined by the build: with these hashes nothing of that needs to be checked again, and nothing else is read. It finds
 * damage, and files that were mixed. Whoever can rewrite the package can rewrite these too; that it is the one that was
 * published is npm's integrity hash to prove.
 */
declare const PACKED_SHA256: Readonly<Record<string, string>>;

/** Larger than any pack, so that none is put together from pieces. */
const ONE_PIECE = { chunkSize: 4 * 1024 * 1024 };

let loaded: Catalogue | undefined;

/**
 * The generators and templates of this package, read once.
 *
 * @throws UserError `E_DAMAGED`
 */
export async function shippedCatalogue(): Promise<Catalogue> {
  loaded ??= load();
  return loaded;
}

function load(): Catalogue {
  const superset = readPacked('superset.json.gz', parseLatin1);
  const ids = generators.map(({ id }) => id);
  return {
    generators: new Map(generators.map((generator) => [generator.id, generator])),
    templates: {
      files: new PackedFiles(ids, (id) => readPacked(`templates-${id}.gz`, readPack)),
      superset,
    },
  };
}

/** The build writes it in ASCII, which is read faster than UTF-8. */
function parseLatin1(bytes: Buffer): Lockfile {
  return JSON.parse(bytes.toString('latin1')) as Lockfile;
}

function readPacked<T>(name: string, parse: (bytes: Buffer) => T): T {
  let cause: unknown;
  try {
    const bytes = readFileSync(new URL(name, import.meta.url));
    if (sha256(bytes) === PACKED_SHA256[name]) return parse(gunzipSync(bytes, ONE_PIECE));
  } catch (error) {
    cause = error;
  }
  throw new UserError(
    'E_DAMAGED',
    EXIT.environment,
    `The installed package of create-secure-app is damaged: its ${name} is missing or was changed.`,
    'Install the package again; nothing was written.',
    { cause },
  );
}
