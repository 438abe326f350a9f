import type { Attributes, Metric } from './otlp.ts';

// Attributes come from closed sets. The limit bounds memory if one of them does not.
const MOST_SERIES = 500;

// In seconds, as the OpenTelemetry semantic conventions recommend for requests.
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

interface Series<Value> {
  readonly attributes: Attributes;
  readonly value: Value;
}

interface Counter {
  add(attributes: Attributes, by?: number): void;
  read(): Metric;
}

export interface Histogram {
  record(attributes: Attributes, seconds: number): void;
  read(): Metric;
}

/** Counts since the start of the process, so that a lost export loses no counts. */
export function counter(name: string): Counter {
  const series = seriesOf(() => ({ count: 0 }));
  return {
    add: (attributes, by = 1) => {
      const found = series.of(attributes);
      if (found) found.count += by;
    },
    read: () => {
      const points = series
        .all()
        .map(({ attributes, value }) => ({ attributes, value: value.count }));
      return { kind: 'sum', name, unit: '1', points };
    },
  };
}

export function histogram(name: string): Histogram {
  const series = seriesOf(() => ({ counts: [...BOUNDS, Infinity].map(() => 0), sum: 0 }));
  return {
    record: (attributes, seconds) => {
      const found = series.of(attributes);
      if (!found) return;
      const bucket = BOUNDS.findIndex((bound) => seconds <= bound);
      const index = bucket < 0 ? BOUNDS.length : bucket;
      found.counts[index] = (found.counts[index] ?? 0) + 1;
      found.sum += seconds;
    },
    read: () => {
      const points = series.all().map(({ attributes, value }) => ({
        attributes,
        bounds: BOUNDS,
        counts: [...value.counts],
        sum: value.sum,
      }));
      return { kind: 'histogram', name, unit: 's', points };
    },
  };
}

function seriesOf<Value>(fresh: () => Value) {
  const series = new Map<string, Series<Value>>();
  return {
    of: (attributes: Attributes): Value | undefined => {
      const key = JSON.stringify(attributes);
      const known = series.get(key);
      if (known) return known.value;
      if (series.size >= MOST_SERIES) return undefined;
      const added = { attributes, value: fresh() };
      series.set(key, added);
      return added.value;
    },
    all: (): Series<Value>[] => [...series.values()],
  };
}
