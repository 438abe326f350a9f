import { type Mutation, mutationOf } from './mutation.ts';

const masking = 'platform/src/logging/masking.ts';
const described = 'platform/src/logging/described-error.ts';
const event = 'platform/src/logging/log.ts';
const log = 'platform/src/logging/log.ts';
const traced = 'platform/src/telemetry/requests.ts';
const exporter = 'platform/src/telemetry/exporter.ts';
const channels = 'platform/src/database/sessions.ts';
const serve = 'platform/src/service/serve.ts';
const maskingTest = 'proofs/logging/masking.test.ts';
const describedTest = 'proofs/logging/described-error.test.ts';
const logTest = 'proofs/logging/log.test.ts';
const telemetryTest = 'proofs/telemetry/telemetry.test.ts';
const canaryTest = 'test/invariants/no-canary-leaves.test.ts';

const noLine = 'no line of the log has what a request held (HOOK-6)';
const noSpan = 'no span and no figure has what a request held, nor who sent it (HOOK-6)';
const badStart = 'a start that fails says which setting is wrong, and never what it was (HOOK-6)';
const oneMasked = 'what the net finds is masked, told by kind and event, and counted (HOOK-6)';
const hangs = 'a receiver that hangs costs its spans, and no connection outlives the exporter';
const places = 'an error is told by its places, without what it says (HOOK-6)';

/** What keeps words out of the log and of telemetry, and the net below. */
export const maskingMutations: readonly Mutation[] = (
  [
    [
      event,
      'Object.hasOwn(event.fields, field) ? event.fields[field]?.(value) : undefined',
      'value as never',
      logTest,
      'a field that the event does not declare never reaches the log, and is counted (HOOK-6)',
    ],
    [
      event,
      '(holds(value) ? (value as string | number) : undefined)',
      '(holds(value) || value !== undefined ? (value as string | number) : undefined)',
      logTest,
      'a field that is not of its kind never reaches the log, and is counted (HOOK-6)',
    ],
    [
      event,
      '(value) => describeError(value)',
      '(value) => ({ ...describeError(value), message: String(value) })',
      canaryTest,
      noLine,
    ],
    [
      log,
      "requestId(bindings['requestId'])",
      "bindings['requestId']",
      logTest,
      'a child binds the id of its request and nothing else (HOOK-6)',
    ],
    [
      log,
      'const { text, kinds } = maskLine(line);',
      'const { kinds } = maskLine(line);\n    const text = line;',
      logTest,
      oneMasked,
    ],
    [log, 'maskedLines.publish({ kind: found } satisfies MaskedTold);', '', logTest, oneMasked],
    [log, 'log.event(events.lineMasked, { found, in: nameOf(line) });', '', logTest, oneMasked],
    [
      log,
      'line.length > LONGEST_LINE',
      'line.length < 0',
      logTest,
      'a line that is too long is named by its length (HOOK-6)',
    ],
    [
      masking,
      " && typeof value !== 'number'",
      '',
      maskingTest,
      'a number that is somebody’s is masked, and the line is still JSON (HOOK-6)',
    ],
    [
      masking,
      'const before = `${name}=`;',
      "const before = '';",
      maskingTest,
      'a masked line is still the JSON it was (HOOK-6)',
    ],
    [
      masking,
      'token: isMixed,',
      'token: () => false,',
      maskingTest,
      'the net finds what is shaped like this: token (HOOK-6)',
    ],
    [
      described,
      'lines.slice(-MOST_FRAMES)',
      'lines',
      describedTest,
      'a message that looks like a frame is no frame (HOOK-6)',
    ],
    [
      described,
      'if (place.startsWith(root)) return place.slice(root.length);',
      'if (place.startsWith(root)) return place;',
      describedTest,
      places,
    ],
    [
      described,
      'matches(CODE, code)',
      'code !== undefined',
      describedTest,
      'a name, code or constraint that is text is left out (HOOK-6)',
    ],
    [
      described,
      "'code' in error ? otherwise : mask(error.message).text",
      'mask(error.message).text',
      canaryTest,
      badStart,
    ],
    [
      serve,
      '  endOnCrash(log);\n',
      '',
      'proofs/service/serve.process.test.ts',
      'an error that nobody caught ends it, and is told without its words (HOOK-6)',
    ],
    [
      traced,
      "return routeOptions.url ?? 'none';",
      "return routeOptions.url ?? 'none' + String(arguments[0].url);",
      canaryTest,
      noSpan,
    ],
    [
      traced,
      "'app.request.id': request.id }",
      "'app.request.id': request.id, 'url.full': request.url }",
      canaryTest,
      noSpan,
    ],
    [
      channels,
      "VERBS.has(word) ? word : 'other'",
      'text',
      telemetryTest,
      'a request becomes one span and one duration, with pattern, status and decision (HOOK-6)',
    ],
    [
      exporter,
      "redirect: 'error',",
      '',
      telemetryTest,
      'telemetry follows no redirect: where it goes is configured (HOOK-6)',
    ],
    [exporter, ', AbortSignal.timeout(timeoutMs)', '', telemetryTest, hangs],
    [exporter, '      closed.abort();\n', '', telemetryTest, hangs],
    [
      exporter,
      'await answer.body?.cancel();',
      'await answer.arrayBuffer();',
      telemetryTest,
      'an answer without end is not read',
    ],
    [
      exporter,
      'if (spans.length < LONGEST_QUEUE) spans.push(span);\n      else lost += 1;',
      'spans.push(span);',
      telemetryTest,
      'a receiver that is down costs a bounded queue, and what is lost is counted',
    ],
    [
      'platform/src/telemetry/telemetry.ts',
      'parent?.traceId ?? hex(16)',
      'parent?.traceId ?? link?.traceId ?? hex(16)',
      telemetryTest,
      'a sender does not choose our trace id: its own becomes a link, its baggage nothing (HOOK-6)',
    ],
    [
      'platform/src/logging/masking.ts',
      "createHmac('sha256', key)",
      "createHmac('sha256', '')",
      'proofs/logging/pseudonym.test.ts',
      'a guess at a subject cannot be confirmed by hashing it (HOOK-6)',
    ],
    [
      'platform/src/service/environment.ts',
      '|http://(localhost|',
      '|http://([a-z0-9.-]+|',
      'services/api/config.test.ts',
      'telemetry goes over https, or stays on this machine, and carries no password (HOOK-6)',
    ],
  ] as const
).map((row) => mutationOf('HOOK-6', row));
