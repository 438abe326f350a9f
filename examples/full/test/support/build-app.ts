import { modules } from '../../services/api/modules.ts';
import type { AppOptions, TestApp } from './open-app.ts';
import { openApp, openAppWithoutDatabase } from './open-app.ts';

export type { TestApp } from './open-app.ts';

/** With the installed modules, unless a test gives others. A test of mechanism uses `open-app.ts`, which loads none. */
export function openTestApp(options: Partial<AppOptions> = {}): Promise<TestApp> {
  return openApp({ modules, ...options });
}

export function appWithoutDatabase(options: Partial<AppOptions> = {}): Promise<TestApp> {
  return openAppWithoutDatabase({ modules, ...options });
}
