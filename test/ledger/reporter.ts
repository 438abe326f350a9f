import type { TestEvent } from 'node:test/reporters';

/** One line of JSON for each test of a file; runs in the `node --test` of the emitted project. */
export default async function* reportTests(source: AsyncIterable<TestEvent>) {
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting > 0) continue;
    const { name, details } = data;
    const passed = type === 'test:pass';
    yield `${JSON.stringify({ name, passed, ms: details.duration_ms, error: errorOf(details) })}\n`;
  }
}

function errorOf(details: object): string | undefined {
  const { error } = details as { error?: { failureType?: string; cause?: { name?: string } } };
  return error && (error.failureType === 'hookFailed' ? 'hookFailed' : error.cause?.name);
}
