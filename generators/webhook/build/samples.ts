import type { Facts } from '../../../src/define-generator.ts';
import { type Built, ts } from '../../../src/render/typed-builders.ts';
import { type SchemeName, schemeOf, sendsForms } from '../schemes.ts';

const PAYLOADS: Readonly<Partial<Record<SchemeName, string>>> = {
  stripe:
    '{"id":"evt_1","object":"event","type":"charge.succeeded","created":1767225600,"livemode":false,"data":{"object":{"id":"ch_1"}}}',
  github: '{"action":"opened","number":7}',
  slack: '{"type":"event_callback","event":{"type":"app_mention"}}',
  adyen: '{"eventCode":"AUTHORISATION","pspReference":"7914073381342284"}',
  shopify: '{"id":820982911946154500}',
};

/** samples.ts: what the invariants are told about the module, and what its own test sends. */
export function samples({ name, answers }: Facts): Built {
  const scheme = schemeOf(answers);
  const isForm = sendsForms(answers);
  const json = scheme === 'twilio' ? '{"MessageStatus":"delivered"}' : '{"type":"thing.changed"}';
  const body = isForm ? 'MessageStatus=delivered' : (PAYLOADS[scheme] ?? json);
  const route = `POST /webhooks/${name}`;
  return ts`
export const publicRoutes: Readonly<Record<string, string>> = {
  ${route}: 'Its sender signs each request; what the signature does not prove is refused.',
};

// They take a signature${isForm ? ts`, or a form` : ts``}.
export const metElsewhere: Readonly<Record<string, readonly string[]>> = {
  ${route}: ['401', '409'${isForm ? ts`, '413'` : ts``}],
};

// A payload that the handler understands.
export const sample = ${body};
`;
}
