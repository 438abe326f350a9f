import type { RouteHandlerMethod } from 'fastify';
import { limits } from './limits.ts';
import { Refusal } from './problems.ts';

// For a handler that works outside of a transaction. What it answers after its time is not sent.
export function timeLimited(handler: RouteHandlerMethod): RouteHandlerMethod {
  return async function inTime(request, reply) {
    return withinTimeLimit(Promise.resolve(handler.call(this, request, reply)));
  };
}

// Fastify's own handlerTimeout stops counting as soon as a request's body was read, so it never bounds a POST.
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
