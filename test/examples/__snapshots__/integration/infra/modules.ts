// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Contribution } from './components/contribution.ts';
import { app } from './modules/app.ts';
import { integrationAddressLookup } from './modules/integration-address-lookup.ts';

export const contributions: readonly Contribution[] = [app, integrationAddressLookup];
