import type { Plan } from '../plan.ts';
import type { Network } from './network.ts';
import type { Tier } from './tier.ts';

/** Subnets that have a way out, and whether for what users choose. */
export interface Outward {
  readonly tier: Tier;
  readonly isChosen: boolean;
}

export function outwardTiers(network: Network, plan: Plan): readonly Outward[] {
  return plan.segments.flatMap(({ id, programs }) => {
    const { app, chosen } = network.segment(id);
    const isOut = programs.some(({ wayOut }) => !wayOut.isChosen && wayOut.ports.length > 0);
    return [
      ...(isOut ? [{ tier: app, isChosen: false }] : []),
      ...(chosen ? [{ tier: chosen, isChosen: true }] : []),
    ];
  });
}
