import type { Environment } from '../service/environment.ts';

declare const checked: unique symbol;

/** One mailbox. What could add a header, or a second recipient, is none. */
export type MailAddress = string & { readonly [checked]: true };

export interface Mail {
  readonly to: MailAddress;
  readonly subject: string;
  /** Plain text: no client runs it, and no link in it leads elsewhere than it says. */
  readonly text: string;
}

/** The local mailer and those of clouds pass the same contract, `testing/mailer-contract.ts`. */
export interface Mailer {
  /** Resolves when it was taken over. It may be sent twice by whoever tries again, and arrive late or never. */
  send(mail: Mail): Promise<void>;
}

/** Opens the mailer of a cloud, with what the environment says of it. */
export type OpenMailer = (environment: Environment) => Promise<Mailer>;

/** The mailers of clouds, by the name of the cloud. */
export type Mailers = Readonly<Record<string, OpenMailer>>;

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63})+$/;
const LONGEST_ADDRESS = 254;
const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 100_000;

export function mailAddress(text: string): MailAddress | undefined {
  return text.length <= LONGEST_ADDRESS && ADDRESS.test(text) ? (text as MailAddress) : undefined;
}

/** What every mailer looks at before it sends: a line break in a subject begins a header of somebody else's. (HOOK-6) */
export function requireSendable({ to, subject, text }: Mail): void {
  if (mailAddress(to) === undefined) throw new TypeError('A mail goes to one address.');
  if (subject === '' || subject.length > LONGEST_SUBJECT || /\p{Cc}/u.test(subject))
    throw new TypeError('The subject of a mail is one line.');
  if (text === '' || text.length > LONGEST_TEXT) throw new TypeError('A mail has a text.');
}
