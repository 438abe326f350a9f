import type { Contribution } from './components/contribution.ts';
import { app } from './modules/app.ts';

export const contributions: readonly Contribution[] = [app];
