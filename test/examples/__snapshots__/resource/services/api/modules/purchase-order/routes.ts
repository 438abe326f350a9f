import { Type } from 'typebox';
import { allow } from '@app/platform/http/access';
import type { Api } from '@app/platform/service/module';
import * as records from './records.ts';
import { answerOf } from './rows.ts';
import { PurchaseOrder, Draft, Id, Page, PageQuery } from './schemas.ts';

const PATH = '/purchase-order';

// "Forbidden" would tell that a record of somebody else's exists. (AUTHZ-1)
const hidden = { refusedAs: 'not-found' } as const;

const list = allow('PurchaseOrder::Action::"list"', records.ownTenant);
const create = allow('PurchaseOrder::Action::"create"', records.ownTenant);
const read = allow('PurchaseOrder::Action::"read"', records.named, hidden);
const update = allow('PurchaseOrder::Action::"update"', records.named, hidden);
const remove = allow('PurchaseOrder::Action::"delete"', records.named, hidden);

export function routes(app: Api): void {
  app.get(PATH, {
    config: { access: list },
    schema: { querystring: PageQuery, response: { 200: Page } },
    handler: ({ authorized, query }) => records.list(authorized, query),
  });

  app.post(PATH, {
    config: { access: create },
    schema: { body: Draft, response: { 201: PurchaseOrder } },
    handler: async ({ authorized, body }, reply) => {
      const created = await records.create(authorized, body);
      reply.code(201).header('location', `${PATH}/${created.id}`);
      return created;
    },
  });

  app.get(`${PATH}/:id`, {
    config: { access: read },
    schema: { params: Id, response: { 200: PurchaseOrder } },
    handler: async ({ authorized }) => answerOf(read.decidedOn(authorized).row),
  });

  app.put(`${PATH}/:id`, {
    config: { access: update },
    schema: { params: Id, body: Draft, response: { 200: PurchaseOrder } },
    handler: ({ authorized, params, body }) => records.update(authorized, params, body),
  });

  app.delete(`${PATH}/:id`, {
    config: { access: remove },
    schema: { params: Id, response: { 204: Type.Null() } },
    handler: async ({ authorized, params }, reply) => {
      await records.remove(authorized, params);
      reply.code(204);
      return null;
    },
  });
}
