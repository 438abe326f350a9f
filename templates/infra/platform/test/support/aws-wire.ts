import type { IncomingHttpHeaders } from 'node:http';

export const REGION = 'eu-central-1';

export interface Asked {
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  note(call: string): void;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type Fields = Readonly<Record<string, unknown>>;

export function json(body: Fields): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: JSON.stringify(body) };
}

export function refused(status: number, type: string, message = type): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type };
  return { status, headers, body: JSON.stringify({ __type: type, message }) };
}

/** What an operation of the JSON protocol throws to be refused. */
export class Refusal extends Error {}

/** The operations of one service by name, as `x-amz-target` has it. What is not here is not spoken. */
export function jsonService(
  target: string,
  operations: Readonly<Record<string, (asked: Fields) => Fields>>,
): (asked: Asked) => Answer | undefined {
  return ({ headers, body, note }) => {
    const [service, name = ''] = String(headers['x-amz-target']).split('.');
    if (service !== target) return undefined;
    note(name);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (!operation) return refused(400, 'UnknownOperationException');
    try {
      return json(operation(JSON.parse(body.toString('utf8')) as Fields));
    } catch (error) {
      if (error instanceof Refusal) return refused(400, error.message);
      throw error;
    }
  };
}

/** Refuses as AWS does where a member is absent, empty or of another type. */
export function textIn(asked: Fields, name: string): string {
  const value = asked[name];
  if (typeof value !== 'string' || value === '') throw new Refusal('ValidationException');
  return value;
}

export function bytesIn(asked: Fields, name: string): Buffer {
  return Buffer.from(textIn(asked, name), 'base64');
}

export function requireOnly(asked: Fields, ...names: readonly string[]): void {
  if (!Object.keys(asked).every((name) => names.includes(name)))
    throw new Refusal('ValidationException');
}
