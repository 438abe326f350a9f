import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { Profile } from '../service/environment.ts';
import type { Database } from '../database/database.ts';
import { publicAccess } from '../http/access.ts';
import { Refusal } from '../http/problems.ts';
import { strictObject } from '../http/schemas.ts';
import { setSessionCookie } from '../http/sessions.ts';
import { Secret } from '../secrets/secret.ts';
import type { Api } from '../service/module.ts';
import { ACR_SINGLE_FACTOR } from '../sessions/caller.ts';
import { openSession } from '../sessions/sessions.ts';

// The page has one form and no script, style or frame. The form can post to this origin only.
const PAGE_POLICY = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
} as const;

// Neither argument needs escaping: the path is a constant, and the token matched its pattern.
function signInPage(path: string, token: string): string {
  return page(`<form method="post" action="${path}">
<input type="hidden" name="token" value="${token}">
<button>Sign in as developer</button>
</form>`);
}

function signedInPage(): string {
  return page(`<p>You are signed in as developer, and may do nothing yet. Grant yourself a role:</p>
<pre>npm run roles -- grant developer member --tenant development --ticket DEV-1</pre>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Development sign-in</title>
${content}
</html>
`;
}

const PATH = '/development/sign-in';

// Long enough to start a browser, short enough that a link in the terminal's history is useless.
const LINK_LIFETIME_MS = 10 * 60_000;

const access = publicAccess('Local only: the one-time link printed at the start is the proof.');
const Link = strictObject({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) });

export interface SignIn {
  readonly link: (origin: string) => string;
  readonly routes: (app: Api) => Promise<void>;
}

// Opens a session without a role for the user of this terminal, who grants a role with `npm run roles`. In production
// this function throws. (AUTHZ-4)
export function developmentSignIn(profile: Profile, database: Database, now = Date.now): SignIn {
  if (profile !== 'local') throw new Error('Development sign-in exists in a local run only.');
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now() + LINK_LIFETIME_MS;
  let secret: Secret | undefined = new Secret(token);

  return {
    link: (origin) => `${origin}${PATH}?token=${token}`,
    // A separate scope: only these two routes need the form parser.
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
      // Viewing the page does not use up the link: chats and terminals fetch every link that they show.
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

  // Compare in constant time: the duration of a mismatch would reveal how much of a guess is right.
  function isLive(candidate: string): boolean {
    return secret !== undefined && now() < expiresAt && secret.equals(candidate);
  }
}

async function openDeveloperSession(database: Database, requestId: string): Promise<Secret> {
  const session = {
    subject: 'developer',
    tenant: 'development',
    acr: ACR_SINGLE_FACTOR,
    // The user who opened the link sits at the terminal of this machine.
    risk: 0,
    requestId,
  } as const;
  const { cookieValue } = await database.systemTransaction('development sign-in', (tx) =>
    openSession(tx, session),
  );
  return cookieValue;
}
