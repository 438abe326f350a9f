import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnchorLog } from '@app/platform/audit/anchors';

/** What every anchor log keeps, wherever the lines are. */
export function anchorLogContract(kind: string, open: () => Promise<AnchorLog>): void {
  test(`${kind}: lines stay in order, and the last one is the last (OBS-1)`, async () => {
    const log = await open();
    assert.deepEqual(await log.lines(), []);
    assert.equal(await log.last(), undefined);
    const lines = ['one', 'x'.repeat(20_000), 'Zoë 🦉', '{"four":4}'];
    for (const [index, line] of lines.entries()) {
      await log.append(line);
      assert.equal(await log.last(), line);
      assert.deepEqual(await log.lines(), lines.slice(0, index + 1));
    }
  });

  test(`${kind}: an anchor is one line (OBS-1)`, async () => {
    const log = await open();
    await assert.rejects(log.append('one\ntwo'), /one line/);
    assert.deepEqual(await log.lines(), []);
  });
}
