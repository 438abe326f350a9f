import type { Client } from './signed-in.ts';

export interface Sample {
  // Method and pattern, as the route was registered: 'PUT /notes/:id'.
  readonly route: string;
  // The role that may send it. Absent where anyone who is signed in may.
  readonly role?: string;
  // Nobody is signed in any more afterwards, so that a retry is not theirs.
  readonly endsCaller?: true;
  // Members of the answer that a retry is not told again.
  readonly shownOnce?: readonly string[];
  // Makes what the request needs, as that caller, and says what to send.
  readonly prepare: (client: Client) => Promise<SampleRequest>;
}

export interface SampleRequest {
  readonly url: string;
  readonly payload?: object;
}
