import type { Module } from '@app/platform/service/module';
import { routes } from './routes.ts';

export const notes: Module = { id: 'notes', routes };
