import type { Environment } from '../service/environment.ts';

declare const checked: unique symbol;

/** Exactly one mailbox. Text that could add a header or a second recipient is refused. */
export type MailAddress = string & { readonly [checked]: true };

export interface Mail {
  readonly to: MailAddress;
  readonly subject: string;
  /** Plain text: no mail client runs it, and a link shows its real target. */
  readonly text: string;
}

/** Implemented by a folder of files and by the mail services of clouds. */
export interface Mailer {
  /** Resolves when the mail is accepted. A caller that retries may send it twice, and it may never arrive. */
  send(mail: Mail): Promise<void>;
}

/** Opens the mailer of a cloud from its environment variables. */
export type OpenMailer = (environment: Environment) => Promise<Mailer>;

/** The mailers by the name of their cloud. */
export type Mailers = Readonly<Record<string, OpenMailer>>;

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:[.][A-Za-z0-9-]{1,63})+$/;
const LONGEST_ADDRESS = 254;
const LONGEST_SUBJECT = 200;
const LONGEST_TEXT = 100_000;

export function mailAddress(text: string): MailAddress | undefined {
  return text.length <= LONGEST_ADDRESS && ADDRESS.test(text) ? (text as MailAddress) : undefined;
}

/** Every mailer checks this first: a line break in a subject would inject a header. (HOOK-6) */
export function requireSendable({ to, subject, text }: Mail): void {
  if (mailAddress(to) === undefined) throw new TypeError('A mail goes to one address.');
  if (subject === '' || subject.length > LONGEST_SUBJECT || /\p{Cc}/u.test(subject))
    throw new TypeError('The subject of a mail is one line.');
  if (text === '' || text.length > LONGEST_TEXT) throw new TypeError('A mail has a text.');
}
