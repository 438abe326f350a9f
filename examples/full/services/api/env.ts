// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import { env as aws } from '@app/platform/aws/settings';
import { env as jobs } from '@app/platform/jobs/settings';
import { env as telemetry } from '@app/platform/telemetry/module';

export const moduleEnv = { ...aws, ...jobs, ...telemetry };
