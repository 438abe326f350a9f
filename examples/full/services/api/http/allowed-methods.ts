import type { Api } from './module.ts';
import { Refusal } from './errors.ts';

// An address that exists answers 405 to another method, also to somebody unknown: whoever asks with the right one is
// told 401 rather than 404 already, so nothing more is given away.
export function nameAllowedMethods(app: Api): void {
  app.addHook('onRequest', async ({ is404, url }, reply) => {
    if (!is404) return;
    const path = url.split('?', 1)[0] ?? '';
    const methods = app.inventory.filter((row) => matches(row.url, path)).map((row) => row.method);
    if (methods.length === 0) return;
    reply.header('allow', [...new Set(methods)].toSorted().join(', '));
    throw new Refusal('method-not-allowed', 'A method that this address does not have.');
  });
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) =>
      segment.startsWith(':') ? given[index] !== '' : segment === given[index],
    )
  );
}
