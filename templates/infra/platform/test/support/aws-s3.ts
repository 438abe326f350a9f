import { createHash } from 'node:crypto';
import type { Answer, Asked } from './aws-wire.ts';

interface Stored {
  readonly body: Buffer;
  readonly checksum: string;
  readonly lock: Readonly<Record<string, string>>;
}

// S3 may give fewer than are asked for. Whoever takes the first page for all is found out here.
const MOST_A_PAGE = 3;

const LOCK = ['x-amz-object-lock-mode', 'x-amz-object-lock-retain-until-date'];

export function answerS3() {
  const buckets = new Map<string, Map<string, Stored>>();

  return ({ service, method, url, headers, body, note }: Asked): Answer | undefined => {
    if (service !== 's3') return undefined;
    const [, bucket = '', key = ''] =
      /^\/([^/]*)\/?(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    if (method === 'PUT' && key === '') {
      note('CreateBucket');
      buckets.set(bucket, new Map());
      return { status: 200, headers: {}, body: '' };
    }
    const objects = buckets.get(bucket);
    if (!objects) return failure(404, 'NoSuchBucket');
    if (method === 'PUT') {
      note('PutObject');
      return put(objects, key, headers, body);
    }
    if (method !== 'GET') return failure(405, 'MethodNotAllowed');
    if (key === '') {
      note('ListObjectsV2');
      return list(objects, url.searchParams);
    }
    note('GetObject');
    const found = objects.get(key);
    if (!found) return failure(404, 'NoSuchKey');
    const about = { 'x-amz-checksum-sha256': found.checksum, ...found.lock };
    return { status: 200, headers: about, body: found.body };
  };
}

function put(
  objects: Map<string, Stored>,
  key: string,
  headers: Asked['headers'],
  body: Buffer,
): Answer {
  const checksum = createHash('sha256').update(body).digest('base64');
  if (headers['x-amz-checksum-sha256'] !== checksum) return failure(400, 'BadDigest');
  // As S3 has it: what is locked must have come whole.
  const isLocked = headers['x-amz-object-lock-mode'] !== undefined;
  if (isLocked && headers['x-amz-sdk-checksum-algorithm'] !== 'SHA256')
    return failure(400, 'InvalidRequest');
  if (headers['if-none-match'] === '*' && objects.has(key))
    return failure(412, 'PreconditionFailed');
  const lock = Object.fromEntries(LOCK.map((name) => [name, String(headers[name])]));
  objects.set(key, { body, checksum, lock });
  return { status: 200, headers: { 'x-amz-checksum-sha256': checksum }, body: '' };
}

function list(objects: ReadonlyMap<string, Stored>, query: URLSearchParams): Answer {
  const from = query.get('continuation-token') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > from)
    .toSorted();
  const most = Math.min(Number(query.get('max-keys') ?? MOST_A_PAGE), MOST_A_PAGE);
  const page = keys.slice(0, most);
  const isCut = keys.length > page.length;
  const next = isCut ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  return xml(
    200,
    `<ListBucketResult><IsTruncated>${isCut}</IsTruncated>${next}${contents}</ListBucketResult>`,
  );
}

function failure(status: number, code: string): Answer {
  return xml(status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function xml(status: number, body: string): Answer {
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
  return { status, headers: { 'content-type': 'application/xml' }, body: `${declaration}${body}` };
}
