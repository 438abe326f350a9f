import type { FastifyRequest, RouteOptions } from 'fastify';
import type { TProperties, TSchema } from 'typebox';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import type { Api } from '../service/module.ts';
import { Refusal } from './problems.ts';

export function strictObject<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

// Text without control characters, which could reach a log, a terminal or a header. TEXT allows tabs and line breaks.
export const LINE = '^[^\\u0000-\\u001f\\u007f]*$';
export const TEXT = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$';

const PARTS = ['body', 'querystring', 'params'] as const;

// Refuse members that no schema names, such as `role` or `tenant` in a profile update. Path and query are converted from
// text; a body has types of its own and is not converted. (CHECK-11)
export function validateStrictly(app: Api): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => validator(schema, httpPart));
  app.addHook('onRoute', refuseOpenSchema);
  app.addHook('preValidation', refuseUndeclared);
}

function validator(schema: TSchema, part: string | undefined) {
  const compiled = Compile(schema);
  return (value: unknown) => {
    const typed = part === 'body' ? value : Value.Default(schema, fromText(schema, value));
    return compiled.Check(typed) ? { value: typed } : { error: compiled.Errors(typed) };
  };
}

// One spelling per value. A converting library turns " 1", "0x1", "1e0" and "true" into the number one.
const READ: Readonly<Record<string, (text: string) => unknown>> = {
  boolean: (text) => ({ true: true, false: false })[text] ?? text,
  integer: (text) => (/^(?:0|-?[1-9][0-9]{0,14})$/.test(text) ? Number(text) : text),
  number: (text) =>
    /^(?:0|-?[1-9][0-9]{0,14}|-?[0-9]{1,9}\.[0-9]{1,6})$/.test(text) ? Number(text) : text,
};

function fromText(schema: TSchema, value: unknown): Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  const typed = Object.entries(value as Record<string, unknown>).map(([name, text]) => {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    const read = type === undefined ? undefined : READ[type];
    return [name, read && typeof text === 'string' ? read(text) : text];
  });
  return Object.fromEntries(typed);
}

function refuseOpenSchema(route: RouteOptions): void {
  const schema = (route.schema ?? {}) as Record<string, Readonly<Record<string, unknown>>>;
  const open = PARTS.find((part) => schema[part] && isOpen(schema[part]));
  if (open)
    throw new Error(`${route.url}: its ${open} schema lets other members in. Use strictObject.`);
}

// Checks nested objects too.
function isOpen(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  if ('properties' in schema && !('additionalProperties' in schema)) return true;
  return Object.values(schema).some(isOpen);
}

async function refuseUndeclared({ body, query, is404, routeOptions }: FastifyRequest) {
  const { body: bodySchema, querystring } = routeOptions.schema ?? {};
  if (!is404 && body !== undefined && bodySchema === undefined)
    throw new Refusal('invalid-request', 'A body where none is declared.');
  if (!is404 && querystring === undefined && Object.keys(query as object).length > 0)
    throw new Refusal('invalid-request', 'A query where none is declared.');
}
