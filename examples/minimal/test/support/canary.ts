import { randomBytes } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { Type } from 'typebox';
import type { TenantTx } from '@app/platform/database/database';
import { allow, publicAccess } from '@app/platform/http/access';
import { strictObject } from '@app/platform/http/schemas';
import type { Api, Module } from '@app/platform/service/module';

// Shaped like no secret that masking recognises: it stays in only if no code passes it on.
export function canary(): string {
  return `Cnry${randomBytes(10).toString('hex')}`;
}

// Every disguise in which it could still be read.
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    [...value].toReversed().join(''),
    bytes.toString('hex'),
    [...bytes].map((byte) => `%${byte.toString(16)}`).join(''),
    [...value].map((sign) => `\\u00${sign.charCodeAt(0).toString(16)}`).join(''),
  ].map((form) => form.toLowerCase());
}

// Base64 has three faces, by where in the text the value begins; the first and last sign depend on its neighbours.
function base64FormsOf(value: string): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
    return padded.toString('base64url').slice(offset + 1, -3);
  });
}

export function holds(sink: string, value: string): boolean {
  return finderIn(sink)(value);
}

// A sink is long and the values are many, so what does not depend on the value is done once.
function finderIn(sink: string): (value: string) => boolean {
  const lower = sink.toLowerCase();
  const urlSafe = sink.replaceAll('+', '-').replaceAll('/', '_');
  return (value) =>
    formsOf(value).some((form) => lower.includes(form)) ||
    base64FormsOf(value).some((form) => urlSafe.includes(form));
}

// Values by where they were planted, so that a leak names its source.
export class Canaries {
  readonly #planted = new Map<string, string>();

  plant(where: string, value: string = canary()): string {
    this.#planted.set(value, where);
    return value;
  }

  get size(): number {
    return this.#planted.size;
  }

  foundIn(sink: string): string[] {
    const found = finderIn(sink);
    return [...this.#planted].filter(([value]) => found(value)).map(([, where]) => where);
  }
}

// A canary in every part of a request that a client can fill.
export function requestTo(
  canaries: Canaries,
  method: string,
  pattern: string,
  cookie: string,
  payload: object,
): InjectOptions {
  const route = `${method} ${pattern}`;
  const plant = (part: string) => canaries.plant(`${part} of ${route}`);
  const path = pattern.replaceAll(/:\w+|\*/g, () => plant('path'));
  const headers = {
    cookie: `${cookie}; ${plant('cookie name')}=${plant('cookie')}`,
    'sec-fetch-site': 'same-origin',
    'user-agent': plant('user agent'),
    referer: `https://${plant('referer')}.example/`,
    authorization: `Bearer ${plant('authorization')}`,
    'x-request-id': plant('request id'),
    'x-forwarded-for': plant('forwarded for'),
    'idempotency-key': plant('idempotency key'),
    traceparent: `00-${plant('traceparent')}-01`,
    tracestate: `a=${plant('tracestate')}`,
    baggage: `a=${plant('baggage')}`,
    [`x-${plant('header name')}`]: plant('header'),
  };
  const url = `${path}?${plant('query name')}=${plant('query')}&before=${plant('query')}`;
  const body = ['GET', 'HEAD'].includes(method) ? {} : { payload };
  return { method, url, headers, ...body } as InjectOptions;
}

export function deepBody(canaries: Canaries, route: string): object {
  const plant = () => canaries.plant(`body of ${route}`);
  return {
    title: plant(),
    [plant()]: plant(),
    a: { b: [{ c: plant() }], d: { [plant()]: [plant()] } },
  };
}

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
