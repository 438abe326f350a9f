import type { Answers } from '../../src/answers/answer.ts';

/** How senders sign, each in a file of its own. */
export const SCHEMES = [
  {
    value: 'standard-webhooks',
    label: 'Standard Webhooks (OpenAI, Svix, Clerk, Resend and others)',
  },
  { value: 'stripe', label: 'Stripe' },
  { value: 'github', label: 'GitHub' },
  { value: 'slack', label: 'Slack events' },
  { value: 'square', label: 'Square' },
  { value: 'adyen', label: 'Adyen' },
  { value: 'shopify', label: 'Shopify' },
  { value: 'twilio', label: 'Twilio' },
  { value: 'http-signature', label: 'HTTP Message Signatures (RFC 9421)' },
  { value: 'custom', label: 'HMAC-SHA256 in a way of its own' },
] as const;

export type SchemeName = (typeof SCHEMES)[number]['value'];

const DEFAULT: SchemeName = 'standard-webhooks';

/** Senders whose name says how they sign: `stripe`, and `stripe-connect` as well. */
export function schemeFor(name: string): SchemeName | undefined {
  const named = SCHEMES.map(({ value }) => value).filter(
    (value) => value !== DEFAULT && value !== 'custom' && value !== 'http-signature',
  );
  return named.find((value) => isNamedAfter(name, value));
}

/** Whose headers are called svix-id and not webhook-id. */
const SENT_BY_SVIX = ['svix', 'clerk', 'resend'];

export function headersFor(name: string): string | undefined {
  return SENT_BY_SVIX.some((sender) => isNamedAfter(name, sender)) ? 'svix' : undefined;
}

export function schemeOf(answers: Answers): SchemeName {
  return answers['scheme'] as SchemeName;
}

/** Of all senders that we know one sends forms, as long as nobody says otherwise. */
export function sendsForms(answers: Answers): boolean {
  return schemeOf(answers) === 'twilio' && answers['payload'] === 'form';
}

function isNamedAfter(name: string, sender: string): boolean {
  return name === sender || name.startsWith(`${sender}-`);
}
