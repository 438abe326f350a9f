import type { InjectOptions } from 'fastify';
import type { Canaries } from './canary.ts';

// A canary in every part of a request that a client can fill.
export function requestTo(
  canaries: Canaries,
  method: string,
  pattern: string,
  cookie: string,
  payload: object,
): InjectOptions {
  const route = `${method} ${pattern}`;
  const plant = (part: string) => canaries.plant(`${part} of ${route}`);
  const path = pattern.replaceAll(/:\w+|\*/g, () => plant('path'));
  const headers = {
    cookie: `${cookie}; ${plant('cookie name')}=${plant('cookie')}`,
    'sec-fetch-site': 'same-origin',
    'user-agent': plant('user agent'),
    referer: `https://${plant('referer')}.example/`,
    authorization: `Bearer ${plant('authorization')}`,
    'x-request-id': plant('request id'),
    'x-forwarded-for': plant('forwarded for'),
    'idempotency-key': plant('idempotency key'),
    traceparent: `00-${plant('traceparent')}-01`,
    tracestate: `a=${plant('tracestate')}`,
    baggage: `a=${plant('baggage')}`,
    [`x-${plant('header name')}`]: plant('header'),
  };
  const url = `${path}?${plant('query name')}=${plant('query')}&before=${plant('query')}`;
  const body = ['GET', 'HEAD'].includes(method) ? {} : { payload };
  return { method, url, headers, ...body } as InjectOptions;
}

export function deepBody(canaries: Canaries, route: string): object {
  const plant = () => canaries.plant(`body of ${route}`);
  return {
    title: plant(),
    [plant()]: plant(),
    a: { b: [{ c: plant() }], d: { [plant()]: [plant()] } },
  };
}
