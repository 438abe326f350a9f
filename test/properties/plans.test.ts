import { dryRunsShowThePlan, plansHold } from './support/plans.ts';
import { small } from './support/seeded.ts';

plansHold(small(40));
dryRunsShowThePlan(small(5));
