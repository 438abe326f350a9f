import type { Contribution, MailIdentity } from '../components/contribution.ts';
import { mailing } from '../components/grants.ts';

const NOTICES: MailIdentity = {
  // Your domain, or better a subdomain for mail only.
  from: 'mail.example.com',
  sender: 'no-reply',
  why: 'Notices of the service to its users.',
};

/** All mail is sent from one domain. */
export const mail: Contribution = {
  module: 'mail',
  mail: [NOTICES],
  grants: [mailing('operator', NOTICES, 'Tests whether mail arrives.')],
};
