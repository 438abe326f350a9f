// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Cloud } from '@app/platform/service/stores';
import { aws } from '@app/platform/aws/cloud';

export const cloud: Cloud | undefined = aws;
