// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { JobDefinition } from '@app/platform/jobs/jobs';
import type { Services } from '@app/platform/service/module';

export const jobs: readonly JobDefinition<Services>[] = [];
