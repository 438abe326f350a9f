import type { Mutation } from './mutation.ts';

const platform = 'platform/src/webhooks';
const module = 'services/api/modules/webhooks';
const endpoint = 'services/api/modules/webhook-disk';

type Row = readonly [
  control: Mutation['control'],
  file: string,
  find: string,
  replace: string,
  test: string,
];

/** What stands between a delivery and its effect, and what would come through without it. */
export const webhookMutations: readonly Mutation[] = [
  ...at(`${platform}/receive.test.ts`, [
    [
      'HOOK-2',
      `${platform}/receive.ts`,
      'Math.abs(at - signed.at.getTime())',
      '(at - signed.at.getTime())',
      'a signed time may differ by 300 seconds both ways, and by no more (HOOK-2)',
    ],
    [
      'HOOK-2',
      `${platform}/receive.ts`,
      'toleranceSeconds * 1000',
      'toleranceSeconds * 1010',
      'a signed time may differ by 300 seconds both ways, and by no more (HOOK-2)',
    ],
    [
      'HOOK-1',
      `${platform}/receive.ts`,
      "if (!signed) return { kind: 'unproven' };",
      "if (!signed) return { kind: 'accepted' };",
      'no bit of a delivery can be changed, and a stranger makes nothing be written (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${platform}/receive.ts`,
      "if (live.length === 0) return { kind: 'disabled' };",
      '',
      'an endpoint with no key in force is disabled, one whose secret is not set waits (HOOK-1)',
    ],
    [
      'HOOK-2',
      `${platform}/receive.ts`,
      'scheme.retold?.(signed.body) ?? signed.body',
      'signed.body',
      'a retry whose body the sender writes anew is none of another body (HOOK-2)',
    ],
    [
      'HOOK-3',
      `${platform}/receive.ts`,
      "return { kind: 'unavailable' };\n    }",
      "return { kind: 'accepted' };\n    }",
      'what was not committed is not accepted, and its retry is (HOOK-3)',
    ],
    [
      'HOOK-2',
      `${platform}/store.ts`,
      'earlier?.equals(row.fingerprint) === true',
      'earlier !== undefined',
      'another body under a signed id is refused, and on record (HOOK-2)',
    ],
    [
      'HOOK-1',
      `${platform}/key-ring.ts`,
      ' && !(notAfter && at >= notAfter)',
      '',
      'during a rotation both keys are accepted, and after it the old one is not (HOOK-1)',
    ],
  ]),
  ...at(`${platform}/key-ring.test.ts`, [
    [
      'HOOK-1',
      `${platform}/key-ring.ts`,
      '!(notBefore && at < notBefore) && ',
      '',
      'a key is in force from its notBefore until its notAfter, and several are at once (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${platform}/key-ring.ts`,
      'key.secret.reveal().length < SHORTEST_SECRET',
      'false',
      'an empty secret, a short one and one of another kind stop the start (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${platform}/key-ring.ts`,
      'scheme.checkKey?.(key);',
      '',
      'an empty secret, a short one and one of another kind stop the start (HOOK-1)',
    ],
  ]),
  ...at(`${platform}/group-commit.test.ts`, [
    [
      'HOOK-3',
      `${platform}/group-commit.ts`,
      'batch.length > 1 && isFaultOfRow(error)',
      'false',
      'a row that the database refuses fails alone (HOOK-3)',
    ],
  ]),
  ...at(`${platform}/store.test.ts`, [
    [
      'CHECK-9',
      `${platform}/store.ts`,
      '        where webhook_seen.expires_at <= now()\n',
      '',
      'two that are given the same delivery at once accept it once (HOOK-2, CHECK-9)',
    ],
    [
      'CHECK-9',
      `${platform}/store.ts`,
      'webhook_seen.expires_at <= now()',
      'false',
      'at the end of its window a delivery is a new one, and not before (HOOK-2)',
    ],
    [
      'HOOK-3',
      `${platform}/group-commit.ts`,
      '/^2[23]/',
      '/^22/',
      'a delivery that the database refuses fails alone, and its neighbours are kept (HOOK-3)',
    ],
    [
      'HOOK-3',
      `${platform}/store.ts`,
      "sql`select 'webhook:' || endpoint, null::text, 'webhook-delivery:' || id,\n                 jsonb_build_object('keyId', key_id) from kept`",
      "sql`select 'webhook:' || endpoint, null::text, 'webhook-delivery:' || id,\n                 jsonb_build_object('keyId', key_id) from kept where false`",
      'a delivery, its job and its record are there together, and the record waits for its seal (HOOK-3)',
    ],
  ]),
  ...at(`${platform}/sealed.test.ts`, [
    [
      'HOOK-5',
      `${platform}/sealed.ts`,
      '  drawn = drawn.subarray(IV_BYTES);\n',
      '',
      'no two deliveries are encrypted with the same nonce (HOOK-5)',
    ],
    [
      'HOOK-5',
      `${platform}/sealed.ts`,
      'drawn.subarray(0, IV_BYTES)',
      'drawn.subarray(0, IV_BYTES).fill(0)',
      'no two deliveries are encrypted with the same nonce (HOOK-5)',
    ],
  ]),
  ...at(`${platform}/job.test.ts`, [
    [
      'HOOK-5',
      `${platform}/sealed.ts`,
      'const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(fields([id, ...bound])));',
      'const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(fields([id, bound[0] ?? null, null])));',
      'what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)',
    ],
    [
      'HOOK-5',
      `${platform}/content.ts`,
      '...(isOther ? [signed.body] : []), delivery.body]',
      '...(isOther ? [signed.body] : []), signed.body]',
      'only what the signature covers reaches the handler (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${platform}/content.ts`,
      'const signed = signedBytes === undefined ? body : bytes.subarray(end, end + signedBytes);',
      'const signed = body;',
      'only what the signature covers reaches the handler (HOOK-1)',
    ],
    [
      'HOOK-5',
      `${platform}/operate.ts`,
      "if (latest?.state === 'ready') return err('under-way');",
      '',
      'a replay calls the handler once more, and one that waits is not doubled (HOOK-5)',
    ],
    [
      'HOOK-5',
      `${platform}/operate.ts`,
      "await noteReading(tx, actor, 'read', `webhook-delivery:${id}`);",
      '',
      'what was sent is kept byte for byte, encrypted, and read on record (HOOK-5)',
    ],
    [
      'HOOK-5',
      `${platform}/purge.ts`,
      'where retain_until <= now()',
      'where false',
      'what is older than its endpoint keeps it goes, with the keys that nothing needs (HOOK-5)',
    ],
  ]),
  ...at(`${module}/route.test.ts`, [
    [
      'HOOK-1',
      `${module}/route.ts`,
      'async (_request: unknown, body: Buffer) => body,',
      'async (_request: unknown, body: Buffer) => Buffer.from(body.toString()),',
      'bytes, headers and address are verified as they were sent (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${module}/route.ts`,
      'new URL(`${origin}${url}`)',
      'new URL(`https://${raw.headers.host}${url}`)',
      'whoever says another host is verified against ours (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${module}/route.ts`,
      "limit: 'delivery',\n",
      '',
      'a stranger makes nothing be written, not even a limit (HOOK-1)',
    ],
    [
      'HOOK-1',
      `${module}/route.ts`,
      "scope.addHook('onReady', () => receiver.start());",
      "scope.addHook('onReady', () => receiver.start().catch(() => {}));",
      'a service with a secret that proves nothing does not start, one without it asks to try again (HOOK-1)',
    ],
    [
      'CHECK-11',
      `${module}/route.ts`,
      "stale: 'forbidden',",
      "stale: 'unproven',",
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
    [
      'CHECK-11',
      `${module}/route.ts`,
      "unproven: 'unproven',",
      "unproven: 'forbidden',",
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
    [
      'CHECK-11',
      `${module}/route.ts`,
      "conflict: 'conflict',",
      "conflict: 'forbidden',",
      'every outcome has its status, and no body says why (CHECK-11)',
    ],
  ]),
  ...at(`${endpoint}/endpoint.test.ts`, [
    [
      'CHECK-9',
      `${endpoint}/handler.ts`,
      'on conflict (delivery) do nothing',
      '',
      'the same delivery is accepted once and takes effect once (HOOK-2, HOOK-3, CHECK-9)',
    ],
    [
      'HOOK-3',
      `${endpoint}/handler.ts`,
      'await sql`',
      'if (webhook.delivery > 0n) return;\n  await sql`',
      'the same delivery is accepted once and takes effect once (HOOK-2, HOOK-3, CHECK-9)',
    ],
  ]),
];

function at(testFile: string, rows: readonly Row[]): Mutation[] {
  return rows.map(([control, file, find, replace, test]) => ({
    control,
    file,
    find,
    replace,
    testFile,
    test,
  }));
}
