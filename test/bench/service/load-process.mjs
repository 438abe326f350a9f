import { load, repeated } from './load.mjs';

process.on('message', async ({ port, request, status, seconds }) => {
  try {
    process.send?.({ done: await load(port, repeated(request), status, seconds) });
  } catch (error) {
    process.send?.({ done: { error: String(error) } });
  }
});
