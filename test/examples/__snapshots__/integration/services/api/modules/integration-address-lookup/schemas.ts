import type { Static } from 'typebox';
import { Type } from 'typebox';
import { LINE, strictObject } from '@app/platform/http/schemas';

// It becomes a part of an address: nothing that could lead to another one.
export const ItemId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

const name = Type.String({ minLength: 1, maxLength: 200, pattern: LINE });

export const NewItem = strictObject({ name });
export type NewItem = Static<typeof NewItem>;

// What is taken from an answer. Whatever else it holds is left out.
export const Item = strictObject({ id: ItemId, name });
export type Item = Static<typeof Item>;

// Theirs to keep for as long as a retry may come, so one key never means two things.
export const Key = Type.String({ pattern: '^[A-Za-z0-9_-]{16,128}$' });
