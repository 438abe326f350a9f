import type { SecretStore } from '../secrets.ts';
import type { Endpoint, EndpointKey } from './endpoint.ts';
import type { WebhookKey } from './scheme.ts';

// Shorter ones can be guessed from one delivery, without asking anybody.
const SHORTEST_SECRET = 16;

// A secret that is set or replaced is in use after that, without a restart.
const REREAD_AFTER_MS = 60_000;

export interface KeyRing {
  /** Reads the secrets. Throws where one of them could prove nothing, or prove it to anybody. */
  load(): Promise<void>;
  /** Those in force at that moment. Undefined while not one of the secrets could be read. */
  inForce(at: Date): readonly WebhookKey[] | undefined;
}

/** The live keys of an endpoint, in memory: verifying asks nobody. (HOOK-1) */
export function keyRing(
  { id, keys, scheme }: Pick<Endpoint<never>, 'id' | 'keys' | 'scheme'>,
  secrets: SecretStore,
  missing: (error: unknown) => void,
  now = Date.now,
): KeyRing {
  const held = new Map<string, WebhookKey>();
  let readAt = now();
  let reading: Promise<void> | undefined;
  return { load, inForce };

  async function load(): Promise<void> {
    readAt = now();
    for (const declared of keys) {
      // One that is not there proves nothing, and takes nothing from the others.
      const key = await read(declared).catch((error: unknown) => void missing(error));
      if (key === undefined) continue;
      requireUsable(key);
      held.set(key.id, key);
    }
  }

  async function read({ secret, ...key }: EndpointKey): Promise<WebhookKey> {
    return { ...key, secret: await secrets.read(secret) };
  }

  function requireUsable(key: WebhookKey): void {
    if (key.secret.reveal().length < SHORTEST_SECRET)
      throw new TypeError(`The secret of ${id}, key ${key.id}, is too short to prove anything.`);
    scheme.checkKey?.(key);
  }

  function inForce(at: Date): readonly WebhookKey[] | undefined {
    if (now() - readAt >= REREAD_AFTER_MS) reread();
    if (held.size === 0 && keys.length > 0) return undefined;
    return [...held.values()].filter(
      ({ notBefore, notAfter }) => !(notBefore && at < notBefore) && !(notAfter && at >= notAfter),
    );
  }

  // Meanwhile, and where it fails, those that are held are good.
  function reread(): void {
    reading ??= load()
      .catch(missing)
      .finally(() => {
        reading = undefined;
      });
  }
}
