// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Cloud } from '@app/platform/service/stores';

export const cloud: Cloud | undefined = undefined;
