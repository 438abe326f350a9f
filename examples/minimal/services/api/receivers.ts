import type { TProperties } from 'typebox';
import { Type } from 'typebox';

// No user, password or query: a receiver that wants a credential gets it from a collector beside the service.
const ADDRESS =
  '^(https://[a-z0-9.-]+|http://(localhost|127[.]0[.]0[.]1|\\[::1\\]))(:[0-9]+)?(/[a-zA-Z0-9._/-]*)?$';

/** The address of what the service reports to. To configure it is to let this process out to it. (HOOK-4) */
export function receiver(example: string, also: Readonly<Record<string, string>> = {}) {
  return Type.String({
    pattern: ADDRESS,
    description: `an https address, or http on this machine, such as ${example}`,
    isReceiver: true,
    ...also,
  });
}

/** Which variables name one. */
export function receiversIn(shape: TProperties): string[] {
  return Object.keys(shape).filter((name) => 'isReceiver' in (shape[name] as object));
}
