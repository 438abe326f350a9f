import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyWithin } from '@app/platform/egress/connect';
import type { DenialTold } from '@app/platform/egress/denied';
import { told } from '@app/platform/egress/denied';
import { guardProcess, openEgress } from '@app/platform/egress/guard';
import { readEgress } from '@app/platform/egress/hosts';

const listed = readEgress(new URL('../../security/egress/', import.meta.url), { local: false });
const denials: DenialTold[] = [];

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

test('the credentials of the task are let out for, and those of the machine are not (HOOK-4)', async () => {
  const credentials = listed.filter((entry) => entry.class === 'task-credentials');
  assert.deepEqual(
    credentials.map(({ host, ports }) => [host, ...ports]),
    [['169.254.170.2', 80]],
  );
  guardProcess(openEgress(listed));
  told.subscribe((denial) => denials.push(denial as DenialTold));
  await assert.rejects(fetch('http://169.254.169.254/latest/meta-data/'));
  assert.deepEqual(
    denials.map(({ reason }) => reason),
    ['address-literal'],
  );
  // Only a task has that address, so the test asks whether the guard allows the call.
  const asked = {
    origin: 'http://169.254.170.2',
    path: '/v2/credentials/x',
    method: 'GET',
  } as const;
  const [open, closed] = [openEgress(listed), openEgress([])];
  assert.doesNotThrow(() =>
    open.dispatcher.dispatch(asked, { onRequestStart: () => {}, onResponseError: () => {} }),
  );
  assert.throws(() => closed.dispatcher.dispatch(asked, {}), { code: 'EGRESS_DENIED' });
  await open.close();
});
