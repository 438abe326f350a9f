import type { IncomingMessage, RequestOptions } from 'node:http';
import http from 'node:http';
import https from 'node:https';

// A server that answers slower, or with more, has failed the check as it is.
const TIMEOUT_MS = 5_000;
const MOST_BYTES = 64 * 1024;

export interface Target {
  readonly origin: URL;
  /** Of a private certificate authority; the system's own are used without it. */
  readonly ca?: string;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly cookies: readonly string[];
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request, without a cookie or a credential. A redirect is an answer like any other and is not followed. */
export function ask(
  { origin, ca, timeoutMs = TIMEOUT_MS }: Target,
  path: string,
  { method = 'GET', headers = {}, body = '' }: Question = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options: RequestOptions & { ca?: string } = {
    host: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port,
    // As it stands, not as URL would tidy it: some of the paths are untidy on purpose.
    path,
    method,
    headers: { ...headers, host: origin.host, connection: 'close' },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false,
    ...(ca !== undefined && { ca }),
  };
  const asking = origin.protocol === 'https:' ? https.request(options) : http.request(options);
  asking.on('error', reject);
  asking.on('response', (response) => {
    readSome(response).then((text) => resolve(answerOf(response, text)), reject);
  });
  asking.end(body);
  return promise;
}

async function readSome(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > MOST_BYTES) break;
  }
  return text;
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: string): Answer {
  return { status: statusCode, headers, cookies: headers['set-cookie'] ?? [], body };
}
