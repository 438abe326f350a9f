import type { Dispatcher } from 'undici';
import { denied } from './denied.ts';

type Controller = Dispatcher.DispatchController;
type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** The whole of it, from the request to the last byte, took longer than it may. */
class AnswerTooLate extends Error {
  readonly code = 'EGRESS_TOO_LATE';
}

/** Passes an answer on for as long as it may take, and in no form that could grow after it was counted. */
export class BoundedAnswer implements Dispatcher.DispatchHandler {
  readonly #next: Dispatcher.DispatchHandler;
  readonly #host: string;
  readonly #wholeMs: number;
  #deadline: NodeJS.Timeout | undefined;

  constructor(next: Dispatcher.DispatchHandler, host: string, wholeMs: number) {
    this.#next = next;
    this.#host = host;
    this.#wholeMs = wholeMs;
  }

  onRequestStart(controller: Controller, context: unknown): void {
    clearTimeout(this.#deadline);
    const late = (): void => controller.abort(new AnswerTooLate());
    this.#deadline = setTimeout(late, this.#wholeMs).unref();
    this.#next.onRequestStart?.(controller, context);
  }

  onResponseStart(controller: Controller, status: number, headers: Headers, text?: string): void {
    // Nobody asked for it: a few bytes that unpack to gigabytes are within every limit on bytes.
    if (isCompressed(headers)) return controller.abort(denied('compressed', this.#host));
    this.#next.onResponseStart?.(controller, status, headers, text);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.#next.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Controller, trailers: Headers): void {
    clearTimeout(this.#deadline);
    this.#next.onResponseEnd?.(controller, trailers);
  }

  onResponseError(controller: Controller, error: Error): void {
    clearTimeout(this.#deadline);
    this.#next.onResponseError?.(controller, error);
  }
}

function isCompressed(headers: Headers): boolean {
  const coding = headers['content-encoding'];
  return coding !== undefined && String(coding).toLowerCase() !== 'identity';
}
