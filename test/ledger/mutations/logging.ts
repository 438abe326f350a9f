import type { Mutation } from './mutation.ts';
import { mutationsOf } from './mutation.ts';

const loggingTest = 'platform/test/logging.test.ts';
const logTest = 'proofs/logging/log.test.ts';
const maskingTest = 'proofs/logging/masking.test.ts';
const describedErrorTest = 'proofs/logging/described-error.test.ts';

export const loggingMutations: readonly Mutation[] = [
  ...mutationsOf('platform/src/logging/events.ts', [
    [
      'HOOK-6',
      'Object.hasOwn(event.fields, field) ? event.fields[field]?.(value) : undefined',
      'value as never',
      loggingTest,
      'a field that the event does not declare never reaches the log, and is counted (HOOK-6)',
    ],
    [
      'HOOK-6',
      '(holds(value) ? (value as string | number) : undefined)',
      '(holds(value) || value !== undefined ? (value as string | number) : undefined)',
      logTest,
      'a field that is not of its kind never reaches the log, and is counted (HOOK-6)',
    ],
    [
      'HOOK-6',
      '(value) => describeError(value)',
      '(value) => ({ ...describeError(value), message: String(value) })',
      'test/invariants/no-canary-leaves.test.ts',
      'no line of the log has what a request held (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/logging/log.ts', [
    [
      'HOOK-6',
      "requestId(bindings['requestId'])",
      "bindings['requestId']",
      logTest,
      'a child binds the id of its request and nothing else (HOOK-6)',
    ],
    [
      'HOOK-6',
      'const { text, kinds } = maskLine(line);',
      'const { kinds } = maskLine(line);\n    const text = line;',
      loggingTest,
      'what the net finds is masked, told by kind and event, and counted (HOOK-6)',
    ],
    [
      'HOOK-6',
      'maskedLines.publish({ kind: found } satisfies MaskedTold);',
      '',
      loggingTest,
      'what the net finds is masked, told by kind and event, and counted (HOOK-6)',
    ],
    [
      'HOOK-6',
      'log.event(events.lineMasked, { found, in: nameOf(line) });',
      '',
      loggingTest,
      'what the net finds is masked, told by kind and event, and counted (HOOK-6)',
    ],
    [
      'HOOK-6',
      'line.length > LONGEST_LINE',
      'line.length < 0',
      logTest,
      'a line that is too long is named by its length (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/logging/masking.ts', [
    [
      'HOOK-6',
      " && typeof value !== 'number'",
      '',
      maskingTest,
      'a number that is somebody’s is masked, and the line is still JSON (HOOK-6)',
    ],
    [
      'HOOK-6',
      'const before = `${name}=`;',
      "const before = '';",
      maskingTest,
      'a masked line is still the JSON it was (HOOK-6)',
    ],
    [
      'HOOK-6',
      'token: isMixed,',
      'token: () => false,',
      maskingTest,
      'the net finds what is shaped like this: token (HOOK-6)',
    ],
    [
      'HOOK-6',
      "createHmac('sha256', key)",
      "createHmac('sha256', '')",
      'proofs/logging/pseudonym.test.ts',
      'a guess at a subject cannot be confirmed by hashing it (HOOK-6)',
    ],
  ]),
  ...mutationsOf('platform/src/logging/described-error.ts', [
    [
      'HOOK-6',
      'lines.slice(-MOST_FRAMES)',
      'lines',
      describedErrorTest,
      'a message that looks like a frame is no frame (HOOK-6)',
    ],
    [
      'HOOK-6',
      'if (place.startsWith(root)) return place.slice(root.length);',
      'if (place.startsWith(root)) return place;',
      loggingTest,
      'an error is told by its places, without what it says (HOOK-6)',
    ],
    [
      'HOOK-6',
      'matches(CODE, code)',
      'code !== undefined',
      describedErrorTest,
      'a name, code or constraint that is text is left out (HOOK-6)',
    ],
    [
      'HOOK-6',
      "'code' in error ? otherwise : mask(error.message).text",
      'mask(error.message).text',
      'proofs/logging/no-canary-leaves.test.ts',
      'a start that fails says which setting is wrong, and never what it was (HOOK-6)',
    ],
  ]),
];
