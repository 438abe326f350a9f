export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const DEFAULT_PORT = 5432;
const SCHEMES = ['postgres:', 'postgresql:'];

/** Reads a database URL. No refusal repeats any of it: what is wrong with it may be a password. */
export function parseServerUrl(text: string): ServerAddress {
  const url = readUrl(text);
  if (!SCHEMES.includes(url.protocol)) {
    refuse('must start with postgres:// or postgresql://.');
  }
  if (url.password !== '') {
    refuse('holds a password: URLs end up in logs and process lists. Put it in a file instead.');
  }
  // sslmode, sslrootcert, options ... one of them is enough to switch verification off.
  if (url.search !== '' || url.hash !== '') {
    refuse('holds parameters: they could switch TLS off. Remove all after the database name.');
  }

  const address = {
    host: decoded(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    user: decoded(url.username),
    database: decoded(url.pathname.slice(1)),
  };
  // What is missing would be taken from PGHOST, PGUSER and the like, so it has to be written down.
  if (address.host === '' || address.user === '' || address.database === '') {
    refuse('must name a user, a host and a database: postgres://user@host/database.');
  }
  if (address.database.includes('/')) refuse('has more than one name after the host.');
  return address;
}

/** Nobody can listen in between: this machine's own loopback, or a socket in its file system. */
export function isLocal(host: string): boolean {
  return host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(host);
}

function readUrl(text: string): URL {
  if (!URL.canParse(text)) refuse('cannot be read as postgres://user@host/database.');
  return new URL(text);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return refuse('has a stray % in it.');
  }
}

function refuse(why: string): never {
  throw new Error(`The database URL ${why}`);
}
