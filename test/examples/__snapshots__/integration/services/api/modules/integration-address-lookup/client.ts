import { Value } from 'typebox/value';
import type { Result } from '@app/platform/result';
import type { SecretStore } from '@app/platform/secrets/secret';
import type { CallOptions, Failure } from './calls.ts';
import { openCalls } from './calls.ts';
import { Item, ItemId, Key, NewItem } from './schemas.ts';

export interface Client {
  /** Undefined where the other side has none of that id. */
  find(id: string): Promise<Result<Item | undefined, Failure>>;
  /** The key comes from whoever wants the change, and stays the same however often it is tried. */
  create(item: NewItem, idempotencyKey: string): Promise<Result<Item, Failure>>;
}

/** One for the whole process: what it learns about the other side's health is for every call. */
export function openClient(secrets: SecretStore, options: CallOptions = {}): Client {
  const calls = openCalls(secrets, options);
  return {
    async find(id) {
      const path = `/items/${Value.Parse(ItemId, id)}`;
      return calls.lookUp({ method: 'GET', path, answer: Item });
    },

    async create(item, idempotencyKey) {
      const body = Value.Parse(NewItem, item);
      const key = Value.Parse(Key, idempotencyKey);
      return calls.change({ method: 'POST', path: '/items', answer: Item, body, key });
    },
  };
}
