import type { TenantTx } from '@app/platform/database/database';
import type { Authorized } from '@app/platform/http/access';
import { entityText, recordChange } from '@app/platform/http/access';
import { Refusal } from '@app/platform/http/problems';
import type { Row } from './rows.ts';
import { answerOf } from './rows.ts';
import type { Draft, Id, Page, PageQuery } from './schemas.ts';
import type { Position } from './store.ts';
import * as store from './store.ts';

const TYPE = 'PurchaseOrder::PurchaseOrder';

// Where a list is read or a record is made: the caller's own tenant, never one that a request names.
export async function ownTenant({ caller }: TenantTx) {
  return { type: 'App::Tenant', id: caller.tenant, attributes: {} };
}

export async function named(tx: TenantTx, { params }: { params: Id }) {
  const row = await store.find(tx, params.id);
  if (!row) return undefined;
  const attributes = { owner: row.owner, tenant: tx.caller.tenant };
  return { type: TYPE, id: row.id, attributes, row };
}

export async function list(by: Authorized, { limit, before }: PageQuery): Promise<Page> {
  // One more than asked for tells whether there is a next page.
  const rows = await store.list(by.tx, limit + 1, before ? positionOf(before) : undefined);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(answerOf), next: last && rows.length > limit ? cursorOf(last) : null };
}

export async function create(by: Authorized, draft: Draft) {
  return changed(by, await store.insert(by.tx, draft));
}

export async function update(by: Authorized, { id }: Id, draft: Draft) {
  return changed(by, await store.update(by.tx, id, draft));
}

export async function remove(by: Authorized, { id }: Id): Promise<void> {
  await changed(by, await store.remove(by.tx, id));
}

// What the record says is the owner's business: the trail names the record and not its content. (OBS-1)
async function changed(by: Authorized, row: Row | undefined) {
  const answer = answerOf(found(row));
  await recordChange(by, entityText(TYPE, answer.id));
  return answer;
}

function found(row: Row | undefined): Row {
  if (!row) throw new Refusal('not-found', 'The record is gone since it was authorized.');
  return row;
}

function cursorOf({ created_at, id }: Row): string {
  return `${created_at.getTime()}_${id}`;
}

function positionOf(cursor: string): Position {
  const [milliseconds = '', id = ''] = cursor.split('_');
  return { createdAt: new Date(Number(milliseconds)), id };
}
