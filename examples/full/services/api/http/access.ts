import type { FastifyRequest, RouteOptions } from 'fastify';
import type { ModuleEvent } from '@app/platform/audit';
import type { Resource } from '@app/platform/authorization';
import type { TenantTx } from '@app/platform/database';
import type { Authorized } from './authorized.ts';
import type { Api, Services } from './module.ts';
import type { ProblemCode } from './problems.ts';
import { authorized, authorizedOf, refuseEarlyAnswer } from './authorize.ts';
import { Refusal } from './errors.ts';
import { declaredIdempotency } from './idempotency.ts';
import { timeLimited } from './time-limit.ts';

// Shorter than this is a word, not a reason that a reviewer can agree or disagree with.
const SHORTEST_REASON = 10;

export type Load = (tx: TenantTx, request: never) => Promise<Resource | undefined>;

export interface AllowAccess {
  readonly kind: 'allow';
  readonly action: ModuleEvent;
  readonly load: Load;
  readonly refusedAs: ProblemCode;
}

export interface Allowed<Found extends Resource> extends AllowAccess {
  // What `load` found for this request. Answered from here, it is what was decided on, and is not read twice.
  readonly decidedOn: (by: Authorized) => Found;
}

export interface PublicAccess {
  readonly kind: 'public';
  readonly reason: string;
}

export type Access = AllowAccess | PublicAccess;

export interface InventoryRow {
  readonly method: string;
  readonly url: string;
  readonly access: Access;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    [vetted]?: true;
  }
  interface FastifyInstance {
    inventory: readonly InventoryRow[];
  }
}

// Only this file can write it, so a route that carries it went through the checks below.
const vetted: unique symbol = Symbol('vetted');

// `load` finds what the request is about, inside the caller's tenant; finding nothing answers 404. Where being told
// "forbidden" would already tell that the resource exists, refuse as not-found.
export function allow<Request, Found extends Resource>(
  action: ModuleEvent,
  load: (tx: TenantTx, request: Request) => Promise<Found | undefined>,
  { refusedAs = 'forbidden' }: { refusedAs?: 'forbidden' | 'not-found' } = {},
): Allowed<Found> {
  const found = new WeakMap<TenantTx, Found>();
  return { kind: 'allow', action, load: loadAndKeep, refusedAs, decidedOn };

  async function loadAndKeep(tx: TenantTx, request: Request): Promise<Found | undefined> {
    const resource = await load(tx, request);
    if (resource) found.set(tx, resource);
    return resource;
  }

  function decidedOn({ tx }: Authorized): Found {
    const resource = found.get(tx);
    if (!resource) throw new Error('This request was decided on under another access.');
    return resource;
  }
}

// The whole unauthenticated surface: search for the calls of this function.
export function publicAccess(reason: string): PublicAccess {
  return { kind: 'public', reason };
}

// Deny by default: a route that does not say who may call it stops the boot. (AUTHZ-5)
export function denyByDefault(app: Api, services: Services): void {
  const inventory: InventoryRow[] = [];
  const actions = new Set(services.policies.actions);
  app.decorate('inventory', inventory);
  app.decorateRequest('authorized', {
    getter(this: FastifyRequest) {
      return authorizedOf(this);
    },
  });

  app.addHook('onRoute', (route) => {
    const access = declaredAccess(route, actions);
    const idempotent = declaredIdempotency(route, access);
    const config = { ...route.config, access, idempotent, [vetted]: true as const };
    route.handler =
      access.kind === 'allow'
        ? authorized(access, idempotent, route.handler, services)
        : timeLimited(route.handler);
    route.config = config;
    for (const method of [route.method].flat()) inventory.push({ method, url: route.url, access });
  });
  app.addHook('onRequest', refuseUnvettedRoute);
  app.addHook('onRequest', refuseAnonymous);
  app.addHook('onSend', refuseEarlyAnswer);
}

function declaredAccess(route: RouteOptions, actions: ReadonlySet<string>): Access {
  const name = `${[route.method].flat().join('|')} ${route.url}`;
  const access = route.config?.access;
  if (!access) throw new Error(`${name} declares no access. Add config.access to the route.`);
  if (access.kind === 'public' && access.reason.trim().length < SHORTEST_REASON)
    throw new Error(`${name} is public without a reason. Say why in publicAccess('...').`);
  if (access.kind === 'allow' && !actions.has(access.action))
    throw new Error(`${name} asks for ${access.action}, which no schema in policies/ declares.`);
  return access;
}

// A route that was registered before the hook above never met it. Its declaration proves nothing. (AUTHZ-5)
async function refuseUnvettedRoute({ is404, routeOptions }: FastifyRequest): Promise<void> {
  if (!is404 && !routeOptions.config[vetted])
    throw new Refusal('forbidden', `${routeOptions.url} got in behind the access check.`);
}

// Before the body is read: somebody unknown learns nothing about what a valid request looks like. (CHECK-11)
async function refuseAnonymous({ caller, routeOptions }: FastifyRequest): Promise<void> {
  if (routeOptions.config.access?.kind === 'allow' && !caller)
    throw new Refusal('unauthenticated', 'No live session.');
}
