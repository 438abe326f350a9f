import type { Database, DatabaseTarget } from '../database.ts';
import { databaseOn } from './on-pool.ts';

// The engines load only when asked for: production never runs the embedded one.
export async function openDatabase(target: DatabaseTarget): Promise<Database> {
  switch (target.kind) {
    case 'memory': {
      const { openMemory } = await import('./embedded.ts');
      return databaseOn(target.kind, await openMemory());
    }
    case 'folder': {
      const { openFolder } = await import('./embedded.ts');
      return databaseOn(target.kind, await openFolder(target.path));
    }
    case 'server': {
      const { openServer } = await import('./server.ts');
      return databaseOn(target.kind, await openServer(target));
    }
  }
}
