import { subscriberSamples } from '../../../../test/support/subscriber-samples.ts';

export const samples = subscriberSamples('orders');
