import type { SessionPool } from './session.ts';
import { waits } from './channels.ts';

/** The service itself. It holds what migrations grant it, and owns nothing. (AUTHZ-4) */
export const SERVICE_ROLE = 'app_api';

/** Commands that an operator runs: they may change what the service must not. (AUTHZ-4) */
export const OPERATOR_ROLE = 'app_operator';

/** Whoever logged in: the owner of the schema where migrations run, nobody of interest elsewhere. */
export const LOGIN_ROLE = 'none';

type Role = typeof SERVICE_ROLE | typeof OPERATOR_ROLE | typeof LOGIN_ROLE;

const acting = new WeakMap<object, Role>();

/**
 * The same sessions, acting as a database role. On a server this is a boundary, as long as the
 * login is a member of that role and of nothing more. The embedded engine logs in as its owner, and
 * whoever can send it statements can step back: there it shows a missing grant, and stops nobody.
 */
export function actingAs(role: Role, pool: SessionPool): SessionPool {
  const connect: SessionPool['connect'] = async () => {
    const session = await waits.tracePromise(() => pool.connect(), {});
    try {
      // Once a session, not once a transaction: it costs a round trip.
      if ((acting.get(session.identity) ?? LOGIN_ROLE) !== role) {
        acting.delete(session.identity);
        await session.query(`set role ${role}`, []);
        acting.set(session.identity, role);
      }
      return session;
    } catch (error) {
      session.release();
      throw error;
    }
  };
  return { connect, end: () => pool.end() };
}
