import { subscriberSamples } from '../../../../test/support/subscriber-samples.ts';
import { stream } from './events.ts';

export const samples = subscriberSamples(stream.id);
