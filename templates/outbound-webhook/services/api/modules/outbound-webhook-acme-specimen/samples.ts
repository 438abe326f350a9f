import { subscriberSamples } from '../outbound-webhooks/subscriber-samples.ts';

export const samples = subscriberSamples('acme-specimen');
