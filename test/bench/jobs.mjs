import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installedProject } from './installed.mjs';
import { percent, printTable } from './measure/table.mjs';
import { EMITTED_NODE, ENVIRONMENT } from './place.mjs';
import { startPostgres } from './service/postgres.mjs';

const run = promisify(execFile);
const MEASURE = fileURLToPath(new URL('jobs/measure.mjs', import.meta.url));

export async function bench() {
  const project = await installedProject(['jobs']);
  if (!project) return;
  const postgres = await startPostgres(project);
  if (!postgres) console.log('  PostgreSQL is left out: no server could be started.');
  try {
    const url = await postgres?.create('bench_jobs');
    const engines = [
      await measured(project, 'PGlite in memory', {}),
      ...(url ? [await measured(project, postgres?.version, { TEST_DATABASE_URL: url })] : []),
    ];
    printTable(['', 'rows a statement', 'plain/s', 'job/s', 'job', 'done/s'], engines.flat());
  } finally {
    await postgres?.stop();
  }
}

async function measured(project, engine, env) {
  const { stdout } = await run(EMITTED_NODE, [MEASURE], {
    cwd: project,
    env: { ...ENVIRONMENT, ...env },
  });
  const { rows, jobsPerSecond } = JSON.parse(stdout);
  return rows.map(({ batch, perSecond: { floor, ours } }) => [
    engine,
    String(batch),
    floor.toFixed(0),
    ours.toFixed(0),
    percent(ours, floor),
    jobsPerSecond.toFixed(0),
  ]);
}
