import { dryRunsShowThePlan, plansHold } from './support/plans.ts';
import { seeded } from './support/seeded.ts';

plansHold(seeded(40));
dryRunsShowThePlan(seeded(5));
