import type { Contribution, MailIdentity } from '../../../infra/components/contribution.ts';
import { encrypting, mailing, readingSecret, signing } from '../../../infra/components/grants.ts';

const LINKS: MailIdentity = {
  from: 'links.example.com',
  sender: 'sign-in',
  why: 'Links to sign in with.',
};

/** Shaped as the module that signs people in: keys that tokens are signed with, and mail with links in it. */
export const signIn: Contribution = {
  module: 'sign-in',
  keys: [
    {
      purpose: 'tokens',
      segment: 'app',
      use: 'sign',
      why: 'A signer of tokens can sign in as any user.',
    },
    {
      purpose: 'factors',
      segment: 'app',
      use: 'encrypt',
      why: 'Second factors are shared secrets: the database alone must not be enough to have them.',
    },
  ],
  secrets: [
    {
      name: 'sign-in/upstream',
      segment: 'app',
      why: 'What we show the identity provider of a customer.',
      rotateEveryDays: 180,
    },
  ],
  mail: [LINKS],
  alarms: [
    {
      name: 'guessing',
      event: 'sign-in-refused',
      program: 'api',
      atLeast: 100,
      withinMinutes: 5,
      why: 'an attacker guesses passwords, and one guess may be right',
      playbook: 'leaked-session.md',
    },
  ],
  grants: [
    ...signing('api', 'tokens', 'Signs tokens.'),
    encrypting('api', 'factors', 'Keeps second factors.'),
    readingSecret('api', 'sign-in/upstream', 'Asks the identity provider of a customer.'),
    mailing('api', LINKS, 'Sends links to sign in with.'),
  ],
};
