import { Type } from 'typebox';
import { allow } from '../http/access.ts';
import type { Api, Services } from '../service/module.ts';
import {
  Log,
  LogQuery,
  Page,
  PageQuery,
  Rotation,
  Subscriber,
  SubscriberDraft,
  SubscriberId,
  SubscriberWithSecret,
} from './schemas.ts';
import type { Stream } from './stream.ts';
import {
  createSubscriber,
  deleteSubscriber,
  disableSubscriber,
  enableSubscriber,
  listAttempts,
  listSubscribers,
  namedSubscriber,
  ownStream,
  rotateKey,
  subscriberOf,
} from './subscribers.ts';

// Answer 404: a 403 would reveal that another tenant's subscriber exists. (AUTHZ-1)
const hidden = { refusedAs: 'not-found' } as const;

/** The routes for a tenant's subscribers of one stream, below `/outbound-webhooks/<stream>/subscribers`. */
export function manageSubscribers(
  app: Api,
  { keys }: Pick<Services, 'keys'>,
  { id: stream }: Pick<Stream, 'id'>,
): void {
  const all = `/outbound-webhooks/${stream}/subscribers`;
  const one = `${all}/:id`;
  const found = namedSubscriber(stream);
  const list = allow('OutboundWebhooks::Action::"list"', ownStream(stream));
  const create = allow('OutboundWebhooks::Action::"create"', ownStream(stream));
  const read = allow('OutboundWebhooks::Action::"read"', found, hidden);
  const rotate = allow('OutboundWebhooks::Action::"rotate-key"', found, hidden);
  const enable = allow('OutboundWebhooks::Action::"enable"', found, hidden);
  const disable = allow('OutboundWebhooks::Action::"disable"', found, hidden);
  const remove = allow('OutboundWebhooks::Action::"delete"', found, hidden);

  app.get(all, {
    config: { access: list },
    schema: { querystring: PageQuery, response: { 200: Page } },
    handler: ({ authorized, query }) => listSubscribers(authorized, stream, query),
  });

  app.post(all, {
    config: { access: create, refuses: ['conflict'] },
    schema: { body: SubscriberDraft, response: { 201: SubscriberWithSecret } },
    handler: async ({ authorized, body }, reply) => {
      const subscriber = await createSubscriber(authorized, keys, stream, body);
      reply.code(201).header('location', `${all}/${subscriber.id}`);
      return subscriber;
    },
  });

  app.get(one, {
    config: { access: read },
    schema: { params: SubscriberId, response: { 200: Subscriber } },
    handler: ({ authorized }) => subscriberOf(authorized.tx, read.decidedOn(authorized).row),
  });

  app.get(`${one}/attempts`, {
    config: { access: read },
    schema: { params: SubscriberId, querystring: LogQuery, response: { 200: Log } },
    handler: ({ authorized, params, query }) => listAttempts(authorized, params, query),
  });

  app.post(`${one}/keys`, {
    config: { access: rotate, refuses: ['conflict'] },
    schema: { params: SubscriberId, body: Rotation, response: { 200: SubscriberWithSecret } },
    handler: ({ authorized, body }) =>
      rotateKey(authorized, keys, rotate.decidedOn(authorized).row, body),
  });

  app.put(`${one}/enabled`, {
    config: { access: enable, refuses: ['conflict'] },
    schema: { params: SubscriberId, response: { 200: Subscriber } },
    handler: ({ authorized, params }) => enableSubscriber(authorized, params),
  });

  app.put(`${one}/disabled`, {
    config: { access: disable },
    schema: { params: SubscriberId, response: { 200: Subscriber } },
    handler: ({ authorized, params }) => disableSubscriber(authorized, params),
  });

  app.delete(one, {
    config: { access: remove },
    schema: { params: SubscriberId, response: { 204: Type.Null() } },
    handler: async ({ authorized, params }, reply) => {
      await deleteSubscriber(authorized, params);
      reply.code(204);
      return null;
    },
  });
}
