import { sql } from 'kysely';
import { Type } from 'typebox';
import type { TenantTx } from '@app/platform/database/database';
import { allow, publicAccess } from '@app/platform/http/access';
import type { Api, Module } from '@app/platform/service/module';
import { strictObject } from '@app/platform/http/schemas';

const access = publicAccess('A specimen that only this test serves.');
const ACTION = 'App::Action::"read-session"';
const Params = strictObject({ value: Type.String() });
const Deep = strictObject({
  a: strictObject({ b: Type.Array(strictObject({ c: Type.String() })) }),
});

type Given = { readonly params: { readonly value: string } };

// Every way in which code that was written in a hurry fails with what it was given.
export const leakyModule: Module = {
  id: 'leaky',
  routes: (app) => {
    const schema = { params: Params };
    const get = (path: string, handler: (value: string) => unknown): void => {
      app.get(`/leaky/${path}/:value`, { config: { access }, schema }, async ({ params }) =>
        handler((params as Given['params']).value),
      );
    };
    get('throws', (value) => {
      throw new Error(value, { cause: new TypeError(value) });
    });
    get('throws-text', (value) => {
      throw value as never;
    });
    get('throws-members', (value) => {
      const members = { name: value, code: value, constraint: value, detail: value };
      throw Object.assign(new Error(`${value}\n    at ${value} (/${value}.ts:1:1)`), members);
    });
    get('answers-wrongly', (value) => ({ value: 1n, text: value }));
    app.post('/leaky/deep', { config: { access }, schema: { body: Deep } }, async ({ body }) => {
      throw new Error(JSON.stringify(body));
    });
    app.get('/leaky/twice/:value', { config: { access }, schema }, async (request, reply) => {
      void reply.send({ fine: true });
      void reply.send({ value: request.url });
    });
    decided(app, 'database', async (tx, { params }) => {
      await sql`insert into leaky (value) values (${params.value})`.execute(tx.sql);
    });
    decided(app, 'cast', async (tx, { params }) => {
      await sql`select ${params.value}::text::integer`.execute(tx.sql);
    });
    decided(app, 'policy', async (_tx, { params }) => ({
      surplus: { [params.value]: [params.value] },
    }));
    decided(app, 'type', async (_tx, { params }) => {
      throw new RangeError(params.value);
    });
  },
  readiness: async () => {
    throw new Error(readinessCanary.value);
  },
};

export const readinessCanary = { value: '' };

function decided(
  app: Api,
  path: string,
  load: (tx: TenantTx, given: Given) => Promise<object | void>,
) {
  const found = async (tx: TenantTx, given: Given) => {
    const attributes = (await load(tx, given)) ?? {};
    return { type: 'App::Session', id: 'a session', attributes } as never;
  };
  app.get(
    `/leaky/${path}/:value`,
    { config: { access: allow(ACTION, found) }, schema: { params: Params } },
    async () => ({}),
  );
}
