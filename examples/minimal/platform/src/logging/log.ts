import { channel } from 'node:diagnostics_channel';
import type { FastifyBaseLogger } from 'fastify';
import type { DestinationStream, Logger } from 'pino';
import { pino, stdTimeFunctions } from 'pino';
import type { FieldsOf, LogEvent } from './events.ts';
import { events, lineOf, requestId } from './events.ts';
import type { MaskedKind } from './masking.ts';
import { maskLine } from './masking.ts';

// Subscribers learn what was masked in a line, and nothing of the line. (HOOK-6)
export interface MaskedTold {
  readonly kind: MaskedKind;
}
export const maskedLines = channel('app.log.masked');

// Log collectors cut longer lines, and would read the rest as a line of its own.
const LONGEST_LINE = 8_192;

type Write = <F extends LogEvent['fields']>(event: LogEvent<F>, fields: FieldsOf<F>) => void;

declare module 'fastify' {
  interface FastifyBaseLogger {
    // The only way to write a log line. Messages of Fastify become an event without their text. (HOOK-6)
    event: Write;
  }
}

export function createLog(level: string, destination: DestinationStream = standardOutput()) {
  const lines = pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime },
    { write: (line: string) => writeMasked(line) },
  );
  const log = new EventLog(lines);
  return log as FastifyBaseLogger;

  function writeMasked(line: string): void {
    if (line.length > LONGEST_LINE) return log.event(events.lineTooLong, { count: line.length });
    const { text, kinds } = maskLine(line);
    destination.write(text);
    for (const found of kinds) {
      maskedLines.publish({ kind: found } satisfies MaskedTold);
      log.event(events.lineMasked, { found, in: nameOf(line) });
    }
  }
}

// The logger of Fastify. Its messages quote addresses, so only the code and frames of their errors are logged.
class EventLog implements Omit<FastifyBaseLogger, 'child'> {
  readonly #lines: Logger;

  constructor(lines: Logger) {
    this.#lines = lines;
  }

  get level(): string {
    return this.#lines.level;
  }

  event<F extends LogEvent['fields']>(event: LogEvent<F>, fields: FieldsOf<F>): void {
    if (this.#lines.isLevelEnabled(event.level)) this.#lines[event.level](lineOf(event, fields));
  }

  child(bindings: Readonly<Record<string, unknown>>): EventLog {
    const id = requestId(bindings['requestId']);
    return new EventLog(this.#lines.child(id === undefined ? {} : { requestId: id }));
  }

  fatal(told?: unknown): void {
    this.#framework(told);
  }

  error(told?: unknown): void {
    this.#framework(told);
  }

  warn(told?: unknown): void {
    this.#framework(told);
  }

  info(): void {}
  debug(): void {}
  trace(): void {}
  silent(): void {}

  #framework(told: unknown): void {
    const err = told instanceof Error ? told : (told as { err?: unknown } | undefined)?.err;
    this.event(events.framework, { err });
  }
}

function nameOf(line: string): string {
  return /"event":"([a-z0-9-]+)"/.exec(line)?.[1] ?? 'unknown';
}

function standardOutput(): DestinationStream {
  return pino.destination({ fd: 1, sync: true });
}
