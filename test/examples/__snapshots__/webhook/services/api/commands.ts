// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
import type { Commands } from '@app/platform/commands/run';

export const commands: Commands = {
  audit: () => import('@app/platform/commands/audit'),
  database: () => import('@app/platform/commands/database'),
  migrate: () => import('@app/platform/commands/migrate'),
  roles: () => import('@app/platform/commands/roles'),
  secrets: () => import('@app/platform/commands/secrets'),
  sessions: () => import('@app/platform/commands/sessions'),
  logins: () => import('@app/platform/aws/logins'),
  jobs: () => import('./jobs-command.ts'),
  webhooks: () => import('@app/platform/webhooks/command'),
  'rotate-webhook-key': () => import('@app/platform/webhooks/rotate-key-command'),
};
