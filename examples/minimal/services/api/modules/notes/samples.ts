import type { Client } from '../../../../test/support/signed-in.ts';
import type { Sample } from '../../../../test/support/installed.ts';

const draft = { title: 'Groceries', body: 'Milk' };

// One request for each route that changes something: the invariants send them, and look at what they left behind.
export const samples: readonly Sample[] = [
  {
    route: 'POST /notes',
    role: 'member',
    prepare: async () => ({ url: '/notes', payload: draft }),
  },
  {
    route: 'PUT /notes/:id',
    role: 'member',
    prepare: async (client) => ({ url: await someNote(client), payload: draft }),
  },
  {
    route: 'DELETE /notes/:id',
    role: 'member',
    prepare: async (client) => ({ url: await someNote(client) }),
  },
];

async function someNote(client: Client): Promise<string> {
  const { headers } = await client.send('POST', '/notes', draft);
  return String(headers['location']);
}
