import type { Client } from '../../../../test/support/signed-in.ts';
import type { Sample } from '../../../../test/support/installed.ts';
import { draft } from './drafts.ts';

const PATH = '/purchase-order';

// One request for each route that changes something: the invariants send them, and look at what they left behind.
export const samples: readonly Sample[] = [
  {
    route: `POST ${PATH}`,
    role: 'member',
    prepare: async () => ({ url: PATH, payload: draft }),
  },
  {
    route: `PUT ${PATH}/:id`,
    role: 'member',
    prepare: async (client) => ({ url: await someRecord(client), payload: draft }),
  },
  {
    route: `DELETE ${PATH}/:id`,
    role: 'member',
    prepare: async (client) => ({ url: await someRecord(client) }),
  },
];

async function someRecord(client: Client): Promise<string> {
  const { headers } = await client.send('POST', PATH, draft);
  return String(headers['location']);
}
