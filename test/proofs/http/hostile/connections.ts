import { limits } from '@app/platform/http/limits';
import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { chunked, GOOD, HOST, post } from '../../../platform/test/support/hostile-requests.ts';

const BODY = '{"title":"a"}';
const whole = post(BODY).toString();

// Clients that stop, wait or leave in the middle. Each is let go when its time is over.
export const slow: readonly Row[] = [
  { name: 'a client that says nothing', send: [], answers: ['request-timeout'] },
  {
    name: 'a client that stops in a header',
    send: [`GET /livez HTTP/1.1\r\n${HOST}X-A: `],
    answers: ['request-timeout'],
  },
  {
    name: 'a client that stops before its body',
    send: [whole.slice(0, -BODY.length)],
    answers: ['request-timeout'],
  },
  {
    name: 'a client that stops between chunks',
    send: [chunked('1\r\n{\r\n')],
    answers: ['request-timeout'],
  },
  {
    name: 'a client that stops in a chunk size',
    send: [chunked('1')],
    answers: ['request-timeout'],
  },
  {
    name: 'a second request that never comes to its end',
    send: [GOOD, 'GET /livez HT'],
    answers: [200, 'request-timeout'],
  },
];

export const halfClosed: readonly Row[] = [
  { name: 'half a connection after a request', send: [GOOD], answers: [200], halfClose: true },
  { name: 'half a connection after a body', send: [whole], answers: [200], halfClose: true },
  { name: 'half a connection after nothing', send: [], answers: [], halfClose: true },
  {
    name: 'half a connection after half a first line',
    send: ['GET /li'],
    answers: ['invalid-request'],
    halfClose: true,
  },
  {
    name: 'half a connection after half a head',
    send: [`GET /livez HTTP/1.1\r\n${HOST}`],
    answers: ['invalid-request'],
    halfClose: true,
  },
  {
    name: 'half a connection after half a body',
    send: [whole.slice(0, -1)],
    answers: ['invalid-request'],
    halfClose: true,
  },
  {
    name: 'half a connection after half a chunk',
    send: [chunked('d\r\n{')],
    answers: ['invalid-request'],
    halfClose: true,
  },
];

/** As many requests at once as one connection may make, and two more. */
export function tooMany(): string {
  return GOOD.repeat(limits.requestsPerSocket + 2);
}
