import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyWithin } from '@app/platform/egress/connect';

test('an endpoint is private in our network, or public where S3 has its gateway (HOOK-4)', async () => {
  const entry = { host: 's3.eu-central-1.amazonaws.com', class: 'vpc' } as const;
  const leads = (address: string) =>
    new Promise((resolve) => {
      const found = onlyWithin(entry, (_host, _options, cb) => cb(null, [{ address, family: 4 }]));
      found(entry.host, {}, (error) => resolve(error === null));
    });
  for (const address of ['10.0.3.7', '52.219.170.1']) assert.ok(await leads(address), address);
  for (const address of ['169.254.169.254', '127.0.0.1', '100.100.100.200'])
    assert.ok(!(await leads(address)), address);
});
