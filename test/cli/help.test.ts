import { expect, test } from 'vitest';
import { HELP } from '../../src/commands/help.ts';

test('the help is what is committed, and fits a terminal', async () => {
  for (const line of HELP.split('\n').slice(1)) expect(line.length, line).toBeLessThanOrEqual(100);
  await expect(HELP).toMatchFileSnapshot('../../docs/help.txt');
});
