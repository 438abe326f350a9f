import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { AnchorLog } from '../audit/anchors.ts';
import { failed, nameOf } from './client.ts';

const PREFIX = 'anchors/';

// S3 lists keys in ascending order. Numbers count down, so that the newest anchor comes first.
const DIGITS = 15;
const HIGHEST = 10 ** DIGITS - 1;

// As long as the trail is kept. Even the owner of the account cannot shorten it. (OBS-1)
const RETAIN_DAYS = 400;
const DAY_MS = 24 * 60 * 60_000;

const READ_AT_ONCE = 16;

/** One object per anchor, locked when it is written and never overwritten. (OBS-1) */
export function s3AnchorLog(s3: Pick<S3Client, 'send'>, bucket: string, now = Date.now): AnchorLog {
  let last: number | undefined;

  return {
    async append(line) {
      if (line.includes('\n')) throw new TypeError('An anchor is one line.');
      const number = (last ?? (await newest())) + 1;
      // If another process wrote this number, the next attempt must read that anchor first.
      last = undefined;
      await put(number, line);
      last = number;
    },

    async last() {
      const number = await newest();
      const line = number === 0 ? undefined : await get(keyOf(number));
      last = number;
      return line;
    },

    async lines() {
      const keys = (await allKeys()).toReversed();
      last = keys.length;
      if (keys.some((key, index) => key !== keyOf(index + 1)))
        throw new Error('The anchors are not without a gap: somebody has put in or taken out one.');
      return inOrder(keys);
    },
  };

  async function put(number: number, line: string): Promise<void> {
    const asked = {
      Bucket: bucket,
      Key: keyOf(number),
      Body: line,
      ContentType: 'application/json',
      // S3 refuses an object under a lock without a named checksum.
      ChecksumAlgorithm: 'SHA256',
      ChecksumSHA256: createHash('sha256').update(line).digest('base64'),
      IfNoneMatch: '*',
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: new Date(now() + RETAIN_DAYS * DAY_MS),
    } as const;
    await s3.send(new PutObjectCommand(asked)).catch((error: unknown) => {
      if (nameOf(error) === 'PreconditionFailed' || nameOf(error) === 'ConditionalRequestConflict')
        throw new Error('Another process has put an anchor there meanwhile.');
      throw failed('Writing an anchor', error);
    });
  }

  async function newest(): Promise<number> {
    const { keys } = await page(undefined, 1);
    const [key] = keys;
    return key === undefined ? 0 : numberOf(key);
  }

  async function allKeys(): Promise<string[]> {
    const keys: string[] = [];
    let next: string | undefined;
    do {
      const listed = await page(next);
      keys.push(...listed.keys);
      ({ next } = listed);
    } while (next !== undefined);
    return keys;
  }

  async function page(from: string | undefined, most?: number) {
    const asked = {
      Bucket: bucket,
      Prefix: PREFIX,
      ...(from !== undefined && { ContinuationToken: from }),
      ...(most !== undefined && { MaxKeys: most }),
    };
    const { Contents = [], NextContinuationToken } = await s3
      .send(new ListObjectsV2Command(asked))
      .catch((error: unknown) => {
        throw failed('Listing the anchors', error);
      });
    const keys = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
    return { keys, next: NextContinuationToken };
  }

  async function inOrder(keys: readonly string[]): Promise<string[]> {
    const lines: string[] = [];
    for (let index = 0; index < keys.length; index += READ_AT_ONCE)
      lines.push(...(await Promise.all(keys.slice(index, index + READ_AT_ONCE).map(get))));
    return lines;
  }

  async function get(key: string): Promise<string> {
    const asked = { Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' } as const;
    try {
      const { Body } = await s3.send(new GetObjectCommand(asked));
      return (await Body?.transformToString('utf8')) ?? '';
    } catch (error) {
      throw failed('Reading an anchor', error);
    }
  }
}

function keyOf(number: number): string {
  return `${PREFIX}${String(HIGHEST - number).padStart(DIGITS, '0')}`;
}

function numberOf(key: string): number {
  const digits = key.slice(PREFIX.length);
  if (!/^[0-9]{15}$/.test(digits))
    throw new Error('Something else than an anchor lies among them.');
  return HIGHEST - Number(digits);
}
