import { randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { CallerFacts } from '@app/platform/sessions/caller';
import { ACR_SINGLE_FACTOR } from '@app/platform/sessions/caller';
import { grantRole } from '@app/platform/authorization/roles';
import { openSession } from '@app/platform/sessions/sessions';
import { IDEMPOTENCY_KEY } from '@app/platform/http/idempotency';
import { isSafe } from '@app/platform/http/methods';
import { SESSION_COOKIE } from '@app/platform/http/sessions';
import type { TestApp } from './open-app.ts';

export interface Client {
  readonly cookie: string;
  // Each change is a new one, under a new key, unless the headers say otherwise; undefined leaves one out.
  send(method: string, url: string, payload?: object, headers?: Headers): Promise<Answer>;
}

type Headers = Readonly<Record<string, string | undefined>>;

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  json<Body = Readonly<Record<string, unknown>>>(): Body;
}

// A session and roles as the platform makes them: the tests go through the same door as everybody else.
export async function signedIn(
  { app, database, policies }: TestApp,
  { subject = 'alice', tenant = 'acme', roles = [], risk = 0 }: Partial<CallerFacts> = {},
): Promise<Client> {
  await database.operatorTransaction('give a test its roles', async (tx) => {
    for (const role of roles) {
      const change = { tenant, subject, role, actor: 'test', ticket: 'TEST-1' };
      await grantRole(tx, change, policies.roles);
    }
  });
  const cookieValue = await database.systemTransaction('sign a test in', async (tx) => {
    const session = await openSession(tx, { subject, tenant, risk, acr: ACR_SINGLE_FACTOR });
    return session.cookieValue.reveal();
  });
  const cookie = `${SESSION_COOKIE}=${cookieValue}`;
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  return {
    cookie,
    send: (method, url, payload, more) => {
      const key = isSafe(method) ? {} : { [IDEMPOTENCY_KEY]: randomUUID() };
      const all = Object.entries({ ...headers, ...key, ...more }).filter(([, value]) => value);
      const request = { method, url, headers: Object.fromEntries(all) };
      return app.inject({ ...request, ...(payload && { payload }) } as InjectOptions);
    },
  };
}
