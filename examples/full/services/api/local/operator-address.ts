import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { LOCAL_DATA } from '../folders.ts';

// Relative, because the operating system allows about a hundred characters and a project's path may have more.
export function operatorAddress(folder: string = LOCAL_DATA): string {
  if (process.platform !== 'win32') return relative(process.cwd(), join(folder, 'operator.sock'));
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\operator-${name}`;
}
