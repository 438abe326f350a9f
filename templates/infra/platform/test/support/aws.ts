import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Access } from '../../src/aws/client.ts';
import { answerKms } from './aws-kms.ts';
import { answerS3 } from './aws-s3.ts';
import { answerSecrets } from './aws-secrets.ts';
import type { Answer, Asked } from './aws-wire.ts';
import { refused, REGION } from './aws-wire.ts';

export interface TestAws {
  readonly endpoint: string;
  readonly access: Access;
  /** Which calls have come in, such as kms.Sign. Empty where it is not the stand-in. */
  readonly calls: string[];
  close(): Promise<void>;
}

// As whom the stand-in is called: of this process alone.
const NAME = 'test';
const SESSION = randomUUID();

const HOUR_MS = 60 * 60_000;

// Another server that speaks as AWS does, such as moto, on this machine: http://127.0.0.1:5000.
const OTHER = process.env['TEST_AWS_ENDPOINT'];

/** What the adapters call, as AWS answers it, with real cryptography; or the server that the environment names. */
export async function openTestAws(
  ...others: readonly ((asked: Asked) => Answer | undefined)[]
): Promise<TestAws> {
  const access = { region: REGION, credentials };
  if (OTHER !== undefined) return { endpoint: OTHER, access, calls: [], close: async () => {} };
  const calls: string[] = [];
  const services = [answerKms(), answerSecrets(), answerS3(), ...others];
  const server = createServer((request, response) => {
    answer(request, services, calls).then(
      (given) => send(response, given),
      (error: unknown) => send(response, refused(500, 'InternalFailure', String(error))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    access,
    calls,
    close: () => closed(server),
  };
}

async function credentials() {
  return {
    accessKeyId: NAME,
    secretAccessKey: randomUUID(),
    sessionToken: SESSION,
    expiration: new Date(Date.now() + HOUR_MS),
  };
}

async function answer(
  request: IncomingMessage,
  services: readonly ((asked: Asked) => Answer | undefined)[],
  calls: string[],
): Promise<Answer> {
  const service = signedFor(request);
  if (service === undefined) return refused(403, 'IncompleteSignatureException');
  const url = new URL(request.url ?? '', 'http://aws.test');
  const asked = {
    service,
    method: request.method ?? '',
    url,
    headers: request.headers,
    body: await buffer(request),
    note: (call: string) => void calls.push(`${service}.${call}`),
  };
  for (const one of services) {
    const given = one(asked);
    if (given) return given;
  }
  return refused(400, 'UnknownOperationException');
}

// Signed as the task, for this region: a client that is made otherwise gets nowhere.
function signedFor({ headers }: IncomingMessage): string | undefined {
  const scope =
    /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-central-1\/([a-z0-9]+)\/aws4_request,/;
  const [, service] = scope.exec(headers.authorization ?? '') ?? [];
  return sessionOf(headers) === SESSION ? service : undefined;
}

function sessionOf(headers: IncomingMessage['headers']): unknown {
  return headers['x-amz-security-token'];
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
