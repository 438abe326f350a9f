import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const noCanaryLeavesTest = 'test/invariants/no-canary-leaves.test.ts';
const telemetryTest = 'proofs/telemetry/telemetry.test.ts';

export const telemetryMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/telemetry/requests.ts', [
    [
      'HOOK-6',
      "return routeOptions.url ?? 'none';",
      "return routeOptions.url ?? 'none' + String(arguments[0].url);",
      noCanaryLeavesTest,
      'no span and no figure has what a request held, nor who sent it (HOOK-6)',
    ],
    [
      'HOOK-6',
      "'app.request.id': request.id }",
      "'app.request.id': request.id, 'url.full': request.url }",
      noCanaryLeavesTest,
      'no span and no figure has what a request held, nor who sent it (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/telemetry/otlp.ts', [
    [
      'HOOK-6',
      "redirect: 'error',",
      '',
      telemetryTest,
      'telemetry follows no redirect: where it goes is configured (HOOK-6)',
    ],
    [
      'HOOK-6',
      ', AbortSignal.timeout(timeoutMs)',
      '',
      telemetryTest,
      'a receiver that hangs costs its spans, and no connection outlives the exporter',
    ],
    [
      'HOOK-6',
      '      closed.abort();\n',
      '',
      telemetryTest,
      'a receiver that hangs costs its spans, and no connection outlives the exporter',
    ],
    [
      'HOOK-6',
      'await answer.body?.cancel();',
      'await answer.arrayBuffer();',
      telemetryTest,
      'an answer without end is not read',
    ],
    [
      'HOOK-6',
      'if (spans.length < LONGEST_QUEUE) spans.push(span);\n      else lost += 1;',
      'spans.push(span);',
      telemetryTest,
      'a receiver that is down costs a bounded queue, and what is lost is counted',
    ],
  ]),
  ...mutationsOf('platform/src/telemetry/telemetry.ts', [
    [
      'HOOK-6',
      'parent?.traceId ?? hex(16)',
      'parent?.traceId ?? link?.traceId ?? hex(16)',
      telemetryTest,
      'a sender does not choose our trace id: its own becomes a link, its baggage nothing (HOOK-6)',
    ],
  ]),
];
