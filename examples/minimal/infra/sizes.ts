/** All that a development stack may have less of. What protects is the same in both, so nothing of it is here. */
export interface Size {
  /** Aurora capacity units, half of one at least: one pauses only without connections, and a worker always has some. */
  readonly databaseCapacity: { readonly min: number; readonly max: number };
  /** With one instance the database is away for minutes when its machine fails. */
  readonly databaseInstances: 'one' | 'one a zone';
  /** How far back a mistake can be undone. Nobody misses what is made up. */
  readonly backupDays: number;
  /** Two survive the loss of a machine, and a deployment that goes wrong half way. */
  readonly tasks: { readonly min: number; readonly max: number };
  /** In units of a 1024th, and in MiB. */
  readonly task: { readonly cpu: number; readonly memory: number };
  /** Where the zone of the only one fails, nobody gets out. Each costs as much as the rest of a small stack. */
  readonly exits: 'one' | 'one a zone';
}

export const sizes: Readonly<Record<'dev' | 'prod', Size>> = {
  dev: {
    databaseCapacity: { min: 0.5, max: 2 },
    databaseInstances: 'one',
    backupDays: 7,
    tasks: { min: 1, max: 2 },
    task: { cpu: 256, memory: 512 },
    exits: 'one',
  },
  prod: {
    databaseCapacity: { min: 1, max: 16 },
    databaseInstances: 'one a zone',
    backupDays: 35,
    tasks: { min: 2, max: 8 },
    task: { cpu: 512, memory: 1024 },
    exits: 'one a zone',
  },
};
