import { dryRunsShowThePlan, plansHold } from './support/plans.ts';
import { full } from './support/seeded.ts';

plansHold(full(1000));
dryRunsShowThePlan(full(40));
