import type { Api } from './module.ts';

declare module 'fastify' {
  interface FastifyInstance {
    // What the outside calls us, from the configuration: never the Host header, which whoever calls us chooses.
    publicOrigin: () => string;
  }
}

export function knowPublicOrigin(app: Api, publicOrigin: () => string): void {
  app.decorate('publicOrigin', publicOrigin);
}
