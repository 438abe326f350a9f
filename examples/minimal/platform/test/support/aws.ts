import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Access } from '../../src/aws/client.ts';

export const REGION = 'eu-central-1';
const SESSION = randomUUID();
const HOUR_MS = 60 * 60_000;

// Another implementation of AWS on this machine, such as moto: http://127.0.0.1:5000.
const OTHER = process.env['TEST_AWS_ENDPOINT'];

export interface TestAws {
  readonly endpoint: string;
  readonly access: Access;
  readonly isStandIn: boolean;
  close(): Promise<void>;
}

export interface AwsRequest {
  /** The service that the request is signed for; empty where it is not signed as the task. */
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AwsAnswer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export type AwsService = (request: AwsRequest) => AwsAnswer | undefined;

/** A stand-in for the calls of the adapters, or the server that the environment names. */
export async function openTestAws(...others: readonly AwsService[]): Promise<TestAws> {
  const access = { region: REGION, credentials };
  if (OTHER !== undefined)
    return { endpoint: OTHER, access, isStandIn: false, close: async () => {} };
  const services = [keyService(), secretService(), bucketService(), ...others];
  const server = createServer(async (message, response) => {
    const request = await requestOf(message);
    try {
      const answers = services.map((answer) => answer(request));
      const answer = answers.find((each) => each !== undefined);
      requireThat(request.service !== '' && answer !== undefined, 'UnknownOperationException');
      response.writeHead(200, answer.headers).end(answer.body);
    } catch (error) {
      const code = error instanceof AwsRefusal ? error.message : 'InternalFailure';
      const isXml = request.service === 's3';
      response.writeHead(400, { 'x-amzn-errortype': code });
      response.end(isXml ? `<Error><Code>${code}</Code></Error>` : `{"__type":"${code}"}`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, access, isStandIn: true, close };
}

async function credentials() {
  const expiration = new Date(Date.now() + HOUR_MS);
  const secretAccessKey = randomUUID();
  return { accessKeyId: 'test', secretAccessKey, sessionToken: SESSION, expiration };
}

// Requests are signed as the task, for this region: any other client gets no answer.
const SCOPE = /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/eu-central-1\/([a-z0-9]+)\/aws4_request,/;

async function requestOf(message: IncomingMessage): Promise<AwsRequest> {
  const { headers, method = '' } = message;
  const isOfTask = headers['x-amz-security-token'] === SESSION;
  const [, service = ''] = (isOfTask && SCOPE.exec(headers.authorization ?? '')) || [];
  const url = new URL(message.url ?? '', 'http://aws.test');
  return { service, method, url, headers, body: await buffer(message) };
}

class AwsRefusal extends Error {}

export function requireThat(holds: boolean, otherwise = 'ValidationException'): asserts holds {
  if (!holds) throw new AwsRefusal(otherwise);
}

type Fields = Readonly<Record<string, unknown>>;
type Operations = Readonly<Record<string, (asked: Fields) => Fields>>;

function jsonService(target: string, operations: Operations): AwsService {
  return ({ headers, body }) => {
    const [service, name = ''] = String(headers['x-amz-target']).split('.');
    const answer = service === target ? operations[name] : undefined;
    return answer && { body: JSON.stringify(answer(JSON.parse(body.toString()) as Fields)) };
  };
}

function textIn(asked: Fields, name: string): string {
  const value = asked[name];
  requireThat(typeof value === 'string' && value !== '');
  return value;
}

/** KMS: key pairs that sign, and data keys that open again under the same key and context alone. */
function keyService(): AwsService {
  const pairs = new Map<
    string,
    { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  >();
  const encrypting = new Set<string>();
  const dataKeys = new Map<
    string,
    { readonly KeyId: string; context: string; Plaintext: string }
  >();

  return jsonService('TrentService', {
    CreateKey: ({ KeyUsage }) => {
      const Arn = `arn:aws:kms:${REGION}:123456789012:key/${randomUUID()}`;
      if (KeyUsage !== 'SIGN_VERIFY') encrypting.add(Arn);
      else pairs.set(Arn, generateKeyPairSync('ec', { namedCurve: 'P-256' }));
      return { KeyMetadata: { Arn } };
    },

    GetPublicKey: (asked) => {
      const der = pairOf(asked).publicKey.export({ type: 'spki', format: 'der' });
      return { PublicKey: der.toString('base64') };
    },

    Sign: (asked) => {
      const { MessageType, SigningAlgorithm } = asked;
      requireThat(MessageType === 'DIGEST' && SigningAlgorithm === 'ECDSA_SHA_256');
      const digest = Buffer.from(textIn(asked, 'Message'), 'base64');
      return { Signature: signDigest(pairOf(asked).privateKey, digest).toString('base64') };
    },

    GenerateDataKey: (asked) => {
      const KeyId = textIn(asked, 'KeyId');
      requireThat(encrypting.has(KeyId), 'NotFoundException');
      requireThat(asked['KeySpec'] === 'AES_256');
      const Plaintext = randomBytes(32).toString('base64');
      const CiphertextBlob = randomBytes(100).toString('base64');
      dataKeys.set(CiphertextBlob, { KeyId, context: contextOf(asked), Plaintext });
      return { Plaintext, CiphertextBlob };
    },

    Decrypt: (asked) => {
      const dataKey = dataKeys.get(textIn(asked, 'CiphertextBlob'));
      requireThat(dataKey?.context === contextOf(asked), 'InvalidCiphertextException');
      requireThat(dataKey.KeyId === asked['KeyId'], 'IncorrectKeyException');
      return { Plaintext: dataKey.Plaintext };
    },
  });

  function pairOf(asked: Fields) {
    const pair = pairs.get(textIn(asked, 'KeyId'));
    requireThat(pair !== undefined, 'NotFoundException');
    return pair;
  }
}

function contextOf({ EncryptionContext }: Fields): string {
  const context = Object.entries((EncryptionContext ?? {}) as Record<string, string>);
  requireThat(context.length > 0);
  return JSON.stringify(context.toSorted());
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const GENERATOR_X = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n;

// ECDSA over a digest, which Node does not offer. A nonce of 1 gives the key away: this key lives for one test.
function signDigest(key: KeyObject, digest: Buffer): Buffer {
  requireThat(digest.length === 32);
  const secret = Buffer.from(String(key.export({ format: 'jwk' }).d), 'base64url');
  const s = (numberOf(digest) + GENERATOR_X * numberOf(secret)) % ORDER;
  const pair = Buffer.concat([derInteger(GENERATOR_X), derInteger(s)]);
  return Buffer.concat([Buffer.of(0x30, pair.length), pair]);
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex')}`);
}

// In DER a first bit of 1 would make the number negative.
function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  const body = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(0x02, body.length), body]);
}

/** Secrets Manager: a value per secret and stage. A deploy creates the secret without a value. */
function secretService(): AwsService {
  const all = new Map<string, Map<string, string>>();

  return jsonService('secretsmanager', {
    CreateSecret: (asked) => {
      requireThat(!all.has(textIn(asked, 'Name')), 'ResourceExistsException');
      all.set(textIn(asked, 'Name'), new Map());
      return { Name: asked['Name'] };
    },

    GetSecretValue: (asked) => {
      const stage = String(asked['VersionStage'] ?? 'AWSCURRENT');
      const SecretString = stagesOf(asked).get(stage);
      requireThat(SecretString !== undefined, 'ResourceNotFoundException');
      return { SecretString };
    },

    PutSecretValue: (asked) => {
      const { VersionStages = ['AWSCURRENT'] } = asked as { VersionStages?: readonly string[] };
      for (const stage of VersionStages) stagesOf(asked).set(stage, textIn(asked, 'SecretString'));
      return { VersionStages };
    },
  });

  function stagesOf(asked: Fields) {
    const stages = all.get(textIn(asked, 'SecretId'));
    requireThat(stages !== undefined, 'ResourceNotFoundException');
    return stages;
  }
}

// S3 may list fewer keys than a caller asks for. A caller who takes the first page for all of them fails here.
const PAGE_KEYS = 3;

/** S3: objects that come whole under a lock, are not replaced on demand, and are listed in pages. */
function bucketService(): AwsService {
  const all = new Map<string, Map<string, Required<AwsAnswer>>>();

  return ({ service, method, url, headers, body }) => {
    if (service !== 's3') return undefined;
    const [, bucket = '', ...path] = decodeURIComponent(url.pathname).split('/');
    const key = path.join('/');
    if (method === 'PUT' && key === '') all.set(bucket, new Map());
    const objects = all.get(bucket);
    requireThat(objects !== undefined, 'NoSuchBucket');
    if (key === '') return method === 'PUT' ? { body: '' } : listed([...objects.keys()], url);
    if (method === 'PUT') {
      requireThat(headers['if-none-match'] !== '*' || !objects.has(key), 'PreconditionFailed');
      objects.set(key, { headers: lockIn(headers, body), body });
      return { body: '' };
    }
    const object = objects.get(key);
    requireThat(method === 'GET' && object !== undefined, 'NoSuchKey');
    return object;
  };
}

function lockIn(headers: IncomingHttpHeaders, body: Buffer): Record<string, string> {
  const checksum = createHash('sha256').update(body).digest('base64');
  requireThat(headers['x-amz-checksum-sha256'] === checksum, 'BadDigest');
  const names = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];
  const lock = names.map((name) => [name, String(headers[name])]);
  // S3 takes nothing under a lock without a named checksum.
  const isNamed = headers['x-amz-sdk-checksum-algorithm'] === 'SHA256';
  requireThat(headers['x-amz-object-lock-mode'] === undefined || isNamed, 'InvalidRequest');
  return { ...Object.fromEntries(lock), 'x-amz-checksum-sha256': checksum };
}

function listed(stored: readonly string[], { searchParams }: URL): AwsAnswer {
  const [prefix, from] = ['prefix', 'continuation-token'].map(
    (name) => searchParams.get(name) ?? '',
  );
  const names = stored
    .filter((key) => key.startsWith(prefix ?? '') && key > (from ?? ''))
    .toSorted();
  const page = names.slice(
    0,
    Math.min(Number(searchParams.get('max-keys') ?? PAGE_KEYS), PAGE_KEYS),
  );
  const next = `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>`;
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  const rest = names.length > page.length ? next : '';
  return { body: `<ListBucketResult>${contents}${rest}</ListBucketResult>` };
}
