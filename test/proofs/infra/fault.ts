import type { Plant } from './plant.ts';

export interface Fault {
  readonly fault: string;
  /** The rule that has to find it. */
  readonly rule: string;
  readonly plant: Plant;
}
