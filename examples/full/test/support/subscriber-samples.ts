import type { Client } from './signed-in.ts';
import type { Sample } from './installed.ts';

const shownOnce = ['secret'];

/** One request for each change to a stream's subscribers. */
export function subscriberSamples(stream: string): readonly Sample[] {
  const all = `/outbound-webhooks/${stream}/subscribers`;
  const draft = { url: 'https://receiver.example.com/hooks' };
  const some = async (client: Client): Promise<string> => {
    const { headers } = await client.send('POST', all, draft);
    return String(headers['location']);
  };
  return [
    {
      route: `POST ${all}`,
      role: 'operator',
      shownOnce,
      prepare: async () => ({ url: all, payload: draft }),
    },
    {
      route: `POST ${all}/:id/keys`,
      role: 'operator',
      shownOnce,
      prepare: async (client) => ({
        url: `${await some(client)}/keys`,
        payload: { overlapHours: 24 },
      }),
    },
    ...(['enabled', 'disabled'] as const).map((status) => ({
      route: `PUT ${all}/:id/${status}`,
      role: 'operator',
      prepare: async (client: Client) => ({ url: `${await some(client)}/${status}` }),
    })),
    {
      route: `DELETE ${all}/:id`,
      role: 'operator',
      prepare: async (client) => ({ url: await some(client) }),
    },
  ];
}
