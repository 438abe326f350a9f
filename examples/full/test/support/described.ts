import assert from 'node:assert/strict';

export interface Operation {
  readonly method: string;
  readonly url: string;
  readonly security: readonly object[];
  readonly parameters: readonly Parameter[];
  readonly responses: Readonly<Record<string, DescribedAnswer>>;
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: object;
}

interface DescribedAnswer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

// Told by the answer itself, and only where it says something: every other header is on every answer.
const TELLING = ['idempotency-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after'];

/** Every operation of an OpenAPI document. */
export function operationsOf(document: object): Operation[] {
  const { paths } = document as { paths: Record<string, Record<string, object>> };
  return Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { parameters: [], ...operation, method: method.toUpperCase(), url } as never;
    }),
  );
}

/** What came back stands in the description: the status, the code of a problem, and what it says beside its body. */
export function isDescribed(operation: Operation, { status, headers, body }: Answered): void {
  const name = `${status} of ${operation.method} ${operation.url}`;
  const described = operation.responses[String(status)];
  assert.ok(described, `${name} is not described`);
  const [, code] = /"code":"([a-z-]+)"/.exec(status < 400 ? '' : body) ?? [];
  assert.ok(status < 400 || code, name);
  if (code) assert.ok(codesOf(described).includes(code), `${code} of ${name} is not described`);
  const listed = Object.keys(described.headers ?? {}).map((header) => header.toLowerCase());
  for (const header of TELLING.filter((each) => each in headers))
    assert.ok(listed.includes(header), `${header} of ${name} is not described`);
}

function codesOf({ description }: DescribedAnswer): string[] {
  return description.replace(/^.*: /, '').replace(/\.$/, '').split(', ');
}
