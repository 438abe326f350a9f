import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { ACR_SINGLE_FACTOR } from '@app/platform/caller';
import type { Database } from '@app/platform/database';
import { Secret } from '@app/platform/secret';
import { openSession } from '@app/platform/sessions';
import type { Profile } from '../config.ts';
import { publicAccess } from '../http/access.ts';
import { Refusal } from '../http/errors.ts';
import type { Api } from '../http/module.ts';
import { strictObject } from '../http/schemas.ts';
import { setSessionCookie } from '../http/session-cookie.ts';
import { PAGE_POLICY, signedInPage, signInPage } from './pages.ts';

const PATH = '/development/sign-in';

// Long enough to start a browser, short enough that a link left in a terminal's history is worthless.
const LINK_LIFETIME_MS = 10 * 60_000;

const access = publicAccess('Local only: the one-time link printed at the start is the proof.');
const Link = strictObject({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) });

export interface SignIn {
  readonly link: (origin: string) => string;
  readonly routes: (app: Api) => Promise<void>;
}

// Opens a session for somebody at this machine's terminal, without a role. Whoever wants one asks for it by name,
// with `npm run roles`. Production has no such thing: it cannot even be constructed there. (AUTHZ-4)
export function developmentSignIn(profile: Profile, database: Database, now = Date.now): SignIn {
  if (profile !== 'local') throw new Error('Development sign-in exists in a local run only.');
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now() + LINK_LIFETIME_MS;
  let secret: Secret | undefined = new Secret(token);

  return {
    link: (origin) => `${origin}${PATH}?token=${token}`,
    // A scope of its own: the form parser it needs exists for these two routes alone.
    routes: async (app) => {
      await app.register(async (scope) => addRoutes(scope as Api));
    },
  };

  function addRoutes(app: Api): void {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      async (_request: unknown, body: string | Buffer) =>
        Object.fromEntries(new URLSearchParams(String(body))),
    );
    app.get(PATH, {
      config: { access, limit: 'sign-in' },
      schema: { querystring: Link, hide: true },
      // Looking at the page spends nothing: a chat or a terminal fetches every link it shows.
      handler: async ({ query }, reply) => {
        if (!isLive(query.token)) throw new Refusal('not-found', 'The link is spent or too old.');
        return reply
          .type('text/html; charset=utf-8')
          .headers(PAGE_POLICY)
          .send(signInPage(PATH, query.token));
      },
    });
    app.post(PATH, {
      config: { access, limit: 'sign-in' },
      schema: { body: Link, hide: true },
      handler: async ({ body, id }, reply) => {
        if (!isLive(body.token)) throw new Refusal('not-found', 'The link is spent or too old.');
        secret = undefined;
        const cookie = await openDeveloperSession(database, id);
        reply.header('set-cookie', setSessionCookie(cookie.reveal()));
        return reply.type('text/html; charset=utf-8').headers(PAGE_POLICY).send(signedInPage());
      },
    });
  }

  // Compared in constant time: a fast mismatch tells how much of a guess was right.
  function isLive(candidate: string): boolean {
    return secret !== undefined && now() < expiresAt && secret.equals(candidate);
  }
}

async function openDeveloperSession(database: Database, requestId: string): Promise<Secret> {
  const session = {
    subject: 'developer',
    tenant: 'development',
    acr: ACR_SINGLE_FACTOR,
    // Whoever opened the link sits at this machine's terminal.
    risk: 0,
    requestId,
  } as const;
  const { cookieValue } = await database.systemTransaction('development sign-in', (tx) =>
    openSession(tx, session),
  );
  return cookieValue;
}
