import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openTestAws } from '../../platform/test/support/aws.ts';
import { makeLockedBucket } from './support/places.ts';
import { anchorLogContract } from '../contracts/anchor-log.ts';
import { bucketsConfig } from '@app/platform/aws/client';
import { s3AnchorLog } from '@app/platform/aws/anchor-log';

const aws = await openTestAws();
after(() => aws.close());
const s3 = new S3Client(bucketsConfig(aws.access, aws.endpoint));

anchorLogContract('AWS', async () => s3AnchorLog(s3, await makeLockedBucket(aws)));

test('the last one is found in two calls, however many there are', async () => {
  const bucket = await makeLockedBucket(aws);
  const log = s3AnchorLog(s3, bucket);
  for (let number = 1; number <= 8; number += 1) await log.append(String(number));
  let asked = 0;
  const counting = {
    send: (command: never) => {
      asked += 1;
      return s3.send(command);
    },
  };
  assert.equal(await s3AnchorLog(counting as never, bucket).last(), '8');
  assert.equal(asked, 2);
});

test('a line that is missing, or is none of ours, is noticed (OBS-1)', async () => {
  const bucket = await makeLockedBucket(aws);
  const log = s3AnchorLog(s3, bucket);
  await log.append('first');
  const put = (Key: string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x', ChecksumAlgorithm: 'SHA256' }));
  await put(`anchors/${String(10 ** 15 - 1 - 3).padStart(15, '0')}`);
  await assert.rejects(log.lines(), /not without a gap/);
  await put('anchors/0');
  await assert.rejects(log.last(), /Something else than an anchor/);
});

test('a line that was changed on its way is not taken (OBS-1)', async () => {
  const bucket = await makeLockedBucket(aws);
  await s3AnchorLog(s3, bucket).append('line');
  const changing = {
    send: async (command: never) => {
      const answer: object = await s3.send(command);
      return 'Body' in answer ? Promise.reject(new Error('Checksum mismatch: line')) : answer;
    },
  };
  await assert.rejects(
    s3AnchorLog(changing as never, bucket).last(),
    /^Error: Reading an anchor failed/,
  );
});
