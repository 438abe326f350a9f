import type { RouteHandlerMethod } from 'fastify';
import { limits } from './limits.ts';
import { Refusal } from './problems.ts';

// For a handler outside of a transaction. An answer after the time limit is discarded.
export function timeLimited(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function inTime(request, reply) {
    return withinTimeLimit(Promise.resolve(handler.call(this, request, reply)));
  };
}

// Fastify's handlerTimeout stops when the body was read, so it never limits a POST.
export async function withinTimeLimit<T>(
  work: Promise<T>,
  milliseconds: number = limits.handlerTimeoutMs,
): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(new Refusal('handler-timeout', 'The handler took too long.')),
    milliseconds,
  );
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
