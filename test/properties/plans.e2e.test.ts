import { dryRunsShowThePlan, plansHold } from './support/plans.ts';
import { seeded } from './support/seeded.ts';

plansHold(seeded(1000));
dryRunsShowThePlan(seeded(40));
