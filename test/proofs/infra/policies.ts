import type { CedarSource } from '../../infra/policies.ts';

/** Cedar policies as Verified Permissions takes them, in one namespace. */
export const policies: CedarSource = {
  schema: JSON.stringify({ App: { entityTypes: { User: {}, Session: {} }, actions: {} } }),
  policies: [
    { id: 'tenant-wall', text: '@id("tenant-wall") forbid (principal, action, resource);' },
    { id: 'owner', text: '@id("owner") permit (principal, action, resource);' },
  ],
};
