import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { openServiceDatabase } from '../service/process.ts';
import { MIGRATIONS } from '../service/folders.ts';
import type { Service } from '../service/service.ts';

/** Runs as the owner of the schema, before the service starts. The service itself may change no table. */
export async function runCommand(service: Service): Promise<Result<string, string>> {
  const config = service.readCommandConfig();
  if (!config.ok) return err(config.error.join('\n'));
  const database = await openServiceDatabase(service, config.value);
  try {
    const applied = await database.migrate(MIGRATIONS, service.migrationOrder);
    const lines = applied.map(({ module, name }) => `Applied ${module}/${name}`);
    return ok(lines.join('\n') || 'Nothing to apply.');
  } finally {
    await database.close();
  }
}
