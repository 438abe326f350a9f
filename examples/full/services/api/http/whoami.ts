import { Type } from 'typebox';
import { allow } from './access.ts';
import type { Api } from './module.ts';
import { strictObject } from './schemas.ts';
import type { TenantTx } from '@app/platform/database';

const Session = strictObject({
  subject: Type.String(),
  tenant: Type.String(),
  roles: Type.Array(Type.String()),
  acr: Type.String(),
  authTime: Type.String({ format: 'date-time' }),
});

// What the service knows about the caller: the first thing to ask when something is forbidden.
export function describeCaller(app: Api): void {
  app.get('/session', {
    config: { access: allow('App::Action::"read-session"', ownSession) },
    schema: { response: { 200: Session } },
    handler: async ({ authorized: { caller } }) => ({
      subject: caller.subject,
      tenant: caller.tenant,
      roles: [...caller.roles],
      acr: caller.acr,
      authTime: caller.authTime.toISOString(),
    }),
  });
}

export async function ownSession({ caller }: TenantTx) {
  const { sessionId, subject, tenant } = caller;
  return { type: 'App::Session', id: sessionId, attributes: { owner: subject, tenant } };
}
