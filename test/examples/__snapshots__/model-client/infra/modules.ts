// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Contribution } from './components/contribution.ts';
import { app } from './modules/app.ts';
import { modelClientAssistant } from './modules/model-client-assistant.ts';

export const contributions: readonly Contribution[] = [app, modelClientAssistant];
