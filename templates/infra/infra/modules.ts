import type { Contribution } from './contribution.ts';
import { app } from './modules/app.ts';

export const contributions: readonly Contribution[] = [app];
