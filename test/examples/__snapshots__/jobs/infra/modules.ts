// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Contribution } from './components/contribution.ts';
import { app } from './modules/app.ts';
import { jobs } from './modules/jobs.ts';

export const contributions: readonly Contribution[] = [app, jobs];
