import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { openReceiver } from '../../platform/test/support/receiver.ts';

test('the service starts behind it, its telemetry gets through, and a refusal is an event without an address (HOOK-4, HOOK-6)', async (t) => {
  const receiver = await openReceiver();
  t.after(receiver.close);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', starting], {
    env: { RECEIVER: receiver.endpoint },
    cwd: new URL('../../', import.meta.url),
  });
  const [answers, ...events] = stdout.trim().split('\n').toReversed().map(parsed);
  assert.deepEqual(answers, { receiver: 200, elsewhere: 'EgressDenied' });
  const { time: _, level: __, ...event } = events[0] ?? {};
  assert.deepEqual(event, { event: 'egress-denied', reason: 'address-literal', reportOnly: false });
});

const run = promisify(execFile);

// Where the service would open its database, it calls out instead.
const starting = `
  const { start } = await import('@app/platform/service/serve');
  const { api } = await import('./services/api/service.ts');
  const { buildApp } = await import('./services/api/app.ts');
  const { modules } = await import('./services/api/modules.ts');
  const { readConfig } = await import('./services/api/config.ts');
  const config = readConfig(['--local'], { OTEL_EXPORTER_OTLP_ENDPOINT: process.env.RECEIVER });
  await start(api, { modules, buildApp }, config.value, async () => {
    const sent = await fetch(process.env.RECEIVER + '/v1/traces', { method: 'POST', body: '{}' });
    const elsewhere = await fetch('https://10.0.0.1/token?key=token').catch(({ name }) => name);
    process.stdout.write(JSON.stringify({ receiver: sent.status, elsewhere }));
    process.exit();
  });`;

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}
