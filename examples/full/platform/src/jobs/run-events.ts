import type { Static } from 'typebox';
import { Type } from 'typebox';

const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const moment = Type.String({ format: 'date-time' });
const count = Type.Integer({ minimum: 0 });

/** What became of the attempts at jobs of one kind within a minute: names, moments and numbers, as a payload holds them. */
export const Run = Type.Object(
  {
    id: Type.String({ pattern: UUID }),
    kind: Type.String(),
    from: moment,
    to: moment,
    done: count,
    failed: count,
    dead: count,
  },
  { additionalProperties: false },
);
export type Run = Static<typeof Run>;

export interface Tables {
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

// https://openlineage.io/spec/2-0-2/OpenLineage.json
const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/';
const PRODUCER = 'urn:app:api:jobs';
const NAMESPACE = 'api';

/**
 * The one START and the one terminal event that a run has. Sent again they are the same ones. What jobs were about is in
 * neither. (HOOK-7)
 */
export function runEvents(
  { id, kind, from, to, ...figures }: Run,
  { reads = [], writes = [] }: Tables,
): readonly [start: object, end: object] {
  const common = {
    producer: PRODUCER,
    schemaURL: `${SCHEMA}RunEvent`,
    job: { namespace: NAMESPACE, name: kind },
    inputs: reads.map(datasetOf),
    outputs: writes.map(datasetOf),
  };
  const facet = { _producer: PRODUCER, _schemaURL: `${SCHEMA}RunFacet`, ...figures };
  return [
    { eventType: 'START', eventTime: from, run: { runId: id }, ...common },
    {
      eventType: figures.dead > 0 ? 'FAIL' : 'COMPLETE',
      eventTime: to,
      run: { runId: id, facets: { app_jobs: facet } },
      ...common,
    },
  ];
}

function datasetOf(table: string): object {
  return { namespace: NAMESPACE, name: table };
}
