// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import { env as aws } from '@app/platform/aws/settings';
import { env as healthCheckSearchIndex } from './modules/health-check-search-index/env.ts';

export const moduleEnv = { ...aws, ...healthCheckSearchIndex };
