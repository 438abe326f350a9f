import type { Module } from '../../http/module.ts';
import { routes } from './routes.ts';

export const notes: Module = { id: 'notes', routes };
