import { describe, test } from 'vitest';

import { scanPrompt } from '../../templates/model-client/services/api/modules/model-client-acme-specimen/text.ts';
import { findSecrets } from '../../templates/app/platform/src/secret-shapes.ts';
import { expectLinear } from './growth.ts';

/** Beginnings of what the emitted scanner looks for, none of which ends. */
const SEEDS =
  'a 1 A1 a_ a- a. a/ + = == " \' \\ password= password:" passwordpassword secret: "a token=> key a://a: a:a@ ' +
  'server=a; host=a user=a; ?pwd= &password= Bearer Basic Bearera= authorization:" curl curl_-u auth=(" crypt( identified ' +
  '.secret?? .secret||" AKIA sk_live_ eyJa. eyJaaaaaaaa.aaaaaaaa AGE-SECRET-KEY-1 xoxb- ghp_ -----BEGIN "d":" kty n:" ' +
  'a\u200b \uff41 4242 sha256: -----BEGIN_CERTIFICATE-----';
const seeds = [...SEEDS.split(' '), ' ', '\n', '-----BEGIN PRIVATE KEY-----', 'server=a; '].map(
  (seed) => seed.replace('_-u', ' -u ').replace('_CERT', ' CERT'),
);

/** Code, configuration and prose are read in different ways. */
const PATHS = ['a.ts', '.env', 'a.md'];

describe('the emitted scanner takes linear time on a quarter of a megabyte', () => {
  test.each(seeds)('of %j', async (seed) => {
    for (const path of PATHS) await expectLinear((text) => findSecrets(text, path), seed);
  });

  test.each(seeds)('of %j in a prompt', (seed) => expectLinear((text) => scanPrompt(text), seed));
});
