import type { FastifyRequest, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Api } from './module.ts';
import { Refusal } from './errors.ts';

const PARTS = ['body', 'querystring', 'params'] as const;

// A member that no schema names must not reach a handler: that is how `role` and `tenant` arrive in a profile update.
// Path and query are text and become numbers; a body already has types and is taken at its word.
export function validateStrictly(app: Api): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => validator(schema, httpPart));
  app.addHook('onRoute', refuseOpenSchema);
  app.addHook('preValidation', refuseUndeclaredBody);
}

function validator(schema: TSchema, part: string | undefined) {
  const compiled = Compile(schema);
  return (value: unknown) => {
    const typed = part === 'body' ? value : Value.Convert(schema, Value.Default(schema, value));
    return compiled.Check(typed) ? { value: typed } : { error: compiled.Errors(typed) };
  };
}

function refuseOpenSchema(route: RouteOptions): void {
  const schema = (route.schema ?? {}) as Record<string, Readonly<Record<string, unknown>>>;
  const open = PARTS.find((part) => schema[part] && isOpen(schema[part]));
  if (open)
    throw new Error(`${route.url}: its ${open} schema lets other members in. Use strictObject.`);
}

// Looks at every object in the schema, however deep: the one that was forgotten is the one that is used.
function isOpen(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if ('properties' in schema && !('additionalProperties' in schema)) return true;
  return Object.values(schema).some(isOpen);
}

async function refuseUndeclaredBody({ body, is404, routeOptions }: FastifyRequest): Promise<void> {
  const declared = routeOptions.schema?.body !== undefined;
  if (!is404 && body !== undefined && !declared)
    throw new Refusal('invalid-request', 'A body where none is declared.');
}
