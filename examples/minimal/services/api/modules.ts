// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Module } from '@app/platform/service/module';
import { notes } from './modules/notes/index.ts';

export const modules: readonly Module[] = [notes];
