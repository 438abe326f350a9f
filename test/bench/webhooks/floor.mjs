import { createRequire } from 'node:module';
import { join } from 'node:path';
import { emitted, keepSecret } from './project.mjs';

// The same Fastify, scheme, key ring and answer as the service, and nothing else: the bytes are proven and forgotten.
const { keyRing } = await emitted('platform/src/webhooks/key-ring.ts');
const { endpoint } = await emitted('services/api/modules/webhook-bench/endpoint.ts');
const ring = keyRing(endpoint, await keepSecret(), (error) => {
  throw error;
});
await ring.load();

const app = createRequire(join(process.cwd(), 'package.json'))('fastify')();
app.removeAllContentTypeParsers();
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request, body) => body);
app.post('/webhooks/bench', async ({ method, url, headers, body }, reply) => {
  const delivery = {
    method,
    url: new URL(`http://localhost${url}`),
    headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body,
  };
  const signed = endpoint.scheme.verify(delivery, ring.inForce(new Date()));
  const isProven =
    signed && Math.abs(Date.now() - signed.at.getTime()) <= endpoint.toleranceSeconds * 1000;
  return reply.code(isProven ? 202 : 401).send({});
});

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) });
process.send({ ready: {} });
process.on('SIGTERM', () => process.exit(0));
