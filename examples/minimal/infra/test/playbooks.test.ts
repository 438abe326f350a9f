import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { contributions } from '../modules.ts';
import { captureProject, settings } from './example.ts';
import { ofType, textAt } from './graph.ts';

// Before any test: the runner follows every promise within one, and a capture has tens of thousands.
const { graph } = await captureProject(settings, contributions);

test('whoever is woken up finds the playbook that the alarm names', () => {
  const said = ofType(
    graph,
    'aws:cloudwatch/metricAlarm:MetricAlarm',
    'aws:cloudwatch/eventTarget:EventTarget',
  ).map(
    ({ inputs }) =>
      textAt(inputs, 'alarmDescription') || textAt(inputs, 'inputTransformer.inputTemplate'),
  );
  const named = said.map((text) => /playbooks\/[a-z0-9-]+\.md/.exec(text)?.[0] ?? text);
  const missing = named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)));
  assert.deepEqual([...new Set(missing)], []);
});
