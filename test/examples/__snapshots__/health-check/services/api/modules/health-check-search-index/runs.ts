import type { TenantTx } from '@app/platform/database/database';
import type { Authorized } from '@app/platform/http/access';
import { entityText, recordChange } from '@app/platform/http/access';
import type { Services } from '@app/platform/service/module';
import { probe } from './probe.ts';
import type { Run, Runs } from './schemas.ts';
import { RUNS_SHOWN } from './schemas.ts';
import type { Measured, RunRow } from './store.ts';
import * as store from './store.ts';

const TYPE = 'HealthCheckSearchIndex::Run';

// A failure older than this says nothing about now: without an end, one bad run would keep the service out for ever.
const FAILURE_COUNTS_FOR_MS = 5 * 60_000;

export type Probe = typeof probe;

export async function ownTenant({ caller }: TenantTx) {
  return { type: 'App::Tenant', id: caller.tenant, attributes: {} };
}

// Recorded whether it passed or not: a failure that leaves no trace helps nobody. (OBS-1)
export async function runProbe(by: Authorized, budgetMs: number, ask = probe): Promise<Run> {
  const measured = await measure(by.tx, budgetMs, ask);
  const row = await store.insertRun(by.tx, measured);
  await recordChange(by, entityText(TYPE, String(row.id)), { ...measured });
  return runOf(row);
}

export async function latestRuns({ tx }: Authorized): Promise<Runs> {
  const rows = await store.latestRuns(tx, RUNS_SHOWN);
  return { runs: rows.map(runOf) };
}

export async function readiness({ database }: Services): Promise<boolean> {
  const latest = await database.systemTransaction('readiness', (tx) => store.latestRun(tx));
  const isOld = latest && Date.now() - latest.ran_at.getTime() > FAILURE_COUNTS_FOR_MS;
  return !latest || latest.passed || Boolean(isOld);
}

async function measure(tx: TenantTx, budgetMs: number, ask: Probe): Promise<Measured> {
  const startedAt = performance.now();
  await store.setSavepoint(tx);
  const passed = await endsWithin(budgetMs, (signal) => ask(tx, signal));
  const durationMs = Math.round(performance.now() - startedAt);
  if (!passed) await store.undoToSavepoint(tx);
  return { durationMs, passed };
}

// A probe that throws and one that is late have both failed; why is for whoever wrote the probe to log.
async function endsWithin(budgetMs: number, ask: (signal: AbortSignal) => Promise<void>) {
  const signal = AbortSignal.timeout(budgetMs);
  const late = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => late.reject(signal.reason));
  return Promise.race([ask(signal), late.promise]).then(
    () => !signal.aborted,
    () => false,
  );
}

function runOf({ ran_at, duration_ms, passed }: RunRow): Run {
  return { ranAt: ran_at.toISOString(), durationMs: duration_ms, passed };
}
