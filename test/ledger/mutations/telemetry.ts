import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const noCanaryLeavesTest = 'test/invariants/no-canary-leaves.test.ts';
const emittedTest = 'platform/test/telemetry.test.ts';
const telemetryTest = 'proofs/telemetry/telemetry.test.ts';

const canaryRun = 'nothing that telemetry sends has what a request held, nor who sent it (HOOK-6)';
const oneSpan =
  'a span holds pattern, method, status and decision, and nothing else of a request (HOOK-6)';
const linkOnly = 'the trace of a sender becomes a link, and its baggage is not read (HOOK-6)';
const hangs = 'a receiver that hangs delays no request, and a shutdown by two seconds (HOOK-6)';
const guarded = 'exports leave through the guarded fetch, and follow no redirect (HOOK-4)';
const variables = 'no variable of the OpenTelemetry SDK changes what is sent, or to where (HOOK-4)';
const bounded =
  'a receiver that refuses costs a bounded queue, and what is lost is counted by cause (HOOK-6)';

export const telemetryMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/telemetry/requests.ts', [
    [
      'HOOK-6',
      "return routeOptions.url ?? 'none';",
      "return routeOptions.url ?? 'none' + String(arguments[0].url);",
      noCanaryLeavesTest,
      canaryRun,
    ],
    [
      'HOOK-6',
      "'app.request.id': request.id }",
      "'app.request.id': request.id, 'url.full': request.url }",
      noCanaryLeavesTest,
      canaryRun,
    ],
    [
      'HOOK-6',
      '    duration.record(reply.elapsedTime / 1_000, attributes);',
      '    duration.record(reply.elapsedTime / 1_000, { ...attributes, url: request.url });',
      noCanaryLeavesTest,
      canaryRun,
    ],
    [
      'HOOK-6',
      "'app.request.id': request.id }",
      "'app.request.id': request.id, 'enduser.id': String(request.caller?.subject) }",
      emittedTest,
      oneSpan,
    ],
    [
      'HOOK-6',
      '      ROOT_CONTEXT,\n',
      `      linksOf(request.headers['traceparent']).reduce(
        (context, link) => context.setValue(Symbol.for('OpenTelemetry Context Key SPAN'), {
          spanContext: () => link.context,
        }),
        ROOT_CONTEXT,
      ),\n`,
      emittedTest,
      linkOnly,
    ],
    [
      'HOOK-6',
      "typeof header === 'string' && TRACE_PARENT.exec(header)",
      "typeof header === 'string' && header.split('-')",
      emittedTest,
      linkOnly,
    ],
  ]),
  ...mutationsOf('platform/src/telemetry/channels.ts', [
    [
      'HOOK-6',
      '({ rule }) => ({ rule })',
      '(told) => ({ ...told })',
      telemetryTest,
      'refusals of prompts and calls are counted by rule and reason, until the app closes',
    ],
    [
      'HOOK-6',
      '({ reason }) => ({ reason })',
      '(told) => ({ ...told })',
      telemetryTest,
      'refusals of prompts and calls are counted by rule and reason, until the app closes',
    ],
  ]),
  ...mutationsOf('platform/src/telemetry/exporters.ts', [
    ['HOOK-4', "redirect: 'error',", '', emittedTest, guarded],
    [
      'HOOK-4',
      'const answer = await fetch(',
      "const answer = await (await import('undici')).fetch(",
      emittedTest,
      guarded,
    ],
    [
      'HOOK-6',
      ', AbortSignal.timeout(timeoutMs)',
      '',
      telemetryTest,
      'an export that takes too long is lost',
    ],
    ['HOOK-6', 'abort: () => closed.abort(),', 'abort: () => {},', emittedTest, hangs],
    [
      'HOOK-6',
      'await answer.body?.cancel();',
      'await answer.arrayBuffer();',
      telemetryTest,
      'an answer without end is not read',
    ],
    ['HOOK-6', 'return answer.ok ? SENT : LOST;', 'return SENT;', telemetryTest, bounded],
  ]),
  ...mutationsOf('platform/src/telemetry/telemetry.ts', [
    [
      'HOOK-4',
      "import { resourceFromAttributes } from '@opentelemetry/resources';",
      `import { envDetector, resourceFromAttributes as from } from '@opentelemetry/resources';
const resourceFromAttributes = () => from(envDetector.detect().attributes ?? {});`,
      emittedTest,
      variables,
    ],
    ['HOOK-6', ', late.promise]', ']', emittedTest, hangs],
    [
      'HOOK-6',
      '    maxQueueSize: LONGEST_QUEUE,\n',
      '    maxQueueSize: 1_000_000,\n',
      telemetryTest,
      bounded,
    ],
    [
      'HOOK-6',
      '    spanLimits: { eventCountLimit: 0 },\n',
      '',
      telemetryTest,
      'an exception that is recorded on a span by mistake stays here (HOOK-6)',
    ],
    [
      'HOOK-6',
      '    cardinalityLimits: { default: MOST_SERIES },\n',
      '',
      telemetryTest,
      'attributes of an open set cost a bounded number of series, and no count (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/telemetry/module.ts', [
    [
      'HOOK-4',
      "Type.Optional(receiver('http://localhost:4318'))",
      "Type.Optional(Type.String({ description: 'an address' }))",
      emittedTest,
      'a receiver is reached over https or on this machine, without a password (HOOK-4)',
    ],
    [
      'HOOK-6',
      '    if (endpoint === undefined) return;\n',
      '',
      telemetryTest,
      'without a receiver nothing of it is loaded, and nothing of the SDK',
    ],
  ]),
];
