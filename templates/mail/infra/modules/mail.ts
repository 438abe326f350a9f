import type { Contribution, MailIdentity } from '../contribution.ts';
import { mailing } from '../grants.ts';

const NOTICES: MailIdentity = {
  // Your domain, or better one below it that does nothing else.
  from: 'mail.example.com',
  sender: 'no-reply',
  why: 'What the service has to tell somebody.',
};

/** Mail leaves from one domain, and from nowhere else. */
export const mail: Contribution = {
  module: 'mail',
  mail: [NOTICES],
  grants: [mailing('operator', NOTICES, 'Tries whether mail arrives.')],
};
