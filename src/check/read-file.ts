import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** Why a file was not judged. Each is a sentence of the report. */
export type Unjudged =
  'too-large' | 'binary' | 'link' | 'outside' | 'unreadable' | 'special' | 'gone';

export type Content = { readonly text: string } | { readonly unjudged: Unjudged };

/** Larger than files people write; what is larger was made by a tool, and costs more to judge than it can tell. */
const LARGEST = 1024 * 1024;
/** Lockfiles grow with what is installed. */
const LARGEST_LOCKFILE = 8 * 1024 * 1024;
const LOCKFILE = /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/;

/** Pictures, fonts, archives and programs, which are not opened for their name alone. */
const BINARY =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|tiff?|pdf|zip|gz|tgz|bz2|xz|7z|rar|jar|war|exe|dll|so|dylib|a|o|class|wasm|woff2?|ttf|otf|eot|mp[34]|m4a|mov|avi|webm|ogg|wav|flac|psd|ai|sketch|fig|lockb|sqlite3?|db|pyc|node|bin|dat)$/i;

/** Enough to meet the NUL that nearly every binary format has near its beginning. */
const HEAD = 8192;

/** Reads files below one folder, and none beyond it. */
export function readerBelow(root: string): (path: string) => Content {
  const top = realpathSync(root);
  const folders = new Map<string, boolean>();
  const isInside = (folder: string): boolean => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const real = realpathOf(folder);
    const inside = real === top || (real?.startsWith(top.endsWith(sep) ? top : top + sep) ?? false);
    folders.set(folder, inside);
    return inside;
  };
  return (path) => {
    if (BINARY.test(path)) return { unjudged: 'binary' };
    const full = join(top, path);
    // A folder on the way may have become a link since git last looked.
    if (!isInside(dirname(full))) return { unjudged: 'outside' };
    return read(full, LOCKFILE.test(path) ? LARGEST_LOCKFILE : LARGEST);
  };
}

function realpathOf(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}

function read(full: string, largest: number): Content {
  let descriptor: number;
  try {
    // Not through a link, and not waiting for the other end of a pipe.
    descriptor = openSync(full, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    return { unjudged: whyClosed(cause) };
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { unjudged: 'special' };
    if (stat.size > largest) return { unjudged: 'too-large' };
    return decoded(bytesOf(descriptor, stat.size));
  } catch {
    return { unjudged: 'unreadable' };
  } finally {
    closeSync(descriptor);
  }
}

function whyClosed(cause: unknown): Unjudged {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ELOOP':
    case 'EMLINK':
      return 'link';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'gone';
    case 'ENXIO':
    case 'EISDIR':
      return 'special';
    default:
      return 'unreadable';
  }
}

/** As long as it was when it was measured: a file that grows meanwhile is no reason to read on. */
function bytesOf(descriptor: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const more = readSync(descriptor, bytes, filled, size - filled, filled);
    if (more === 0) break;
    filled += more;
  }
  return bytes.subarray(0, filled);
}

/** What Windows tools save has two bytes a letter, and would otherwise pass for a picture. */
function decoded(bytes: Buffer): Content {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: bytes.toString('utf16le', 2) };
  if (bytes.subarray(0, HEAD).includes(0)) return { unjudged: 'binary' };
  return { text: bytes.toString('utf8') };
}
