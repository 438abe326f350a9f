// Written by create-secure-app from secure-app.json. A hand edit is kept, and ends the updates.
// Change it with `npx create-secure-app@0.1.0 generate` or `remove`.
export const migrationOrder: readonly string[] = [
  'platform',
  'notes',
  'jobs',
  'webhooks',
  'webhook-stripe',
  'webhook-github',
  'webhook-billing-partner',
  'webhook-warehouse',
  'outbound-webhooks',
  'model-client-assistant',
];
