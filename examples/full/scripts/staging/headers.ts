import type { Answer } from './ask.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

const HALF_A_YEAR_SECONDS = 15_768_000;

type Rule = readonly [name: string, held: (value: string) => boolean, problem: string];

const REQUIRED: readonly Rule[] = [
  [
    'content-security-policy',
    (value) => /\bdefault-src\b/.test(value) && !/\bunsafe-|\*/.test(value),
    'missing, without default-src, or with unsafe-* or a wildcard',
  ],
  ['x-content-type-options', (value) => value === 'nosniff', 'must be nosniff'],
  [
    'referrer-policy',
    (value) => /^(?:no-referrer|same-origin|strict-origin(?:-when-cross-origin)?)$/.test(value),
    'addresses reach other sites',
  ],
  ['cross-origin-opener-policy', (value) => value === 'same-origin', 'must be same-origin'],
  [
    'cross-origin-resource-policy',
    (value) => /^same-(?:origin|site)$/.test(value),
    'other sites may load it',
  ],
  ['cache-control', (value) => /\bno-store\b/.test(value), 'a shared cache may keep the answer'],
];

// What a scanner reads first: which program, which version, which known hole.
const TELLING =
  /^(?:server|via|x-powered-by|x-aspnet(?:mvc)?-version|x-runtime|x-generator|x-debug.*|x-backend.*)$/;

export function verifyHeaders(where: string, { headers }: Answer, isTls: boolean): Finding[] {
  const value = (name: string): string => String(headers[name] ?? '');
  const required = REQUIRED.map(([name, held, problem]) =>
    finding('headers', `${where} ${name}`, !held(value(name)) && problem),
  );
  const telling = Object.keys(headers).filter((name) => TELLING.test(name));
  return [
    ...required,
    finding('headers', `${where} frames`, !deniesFrames(value) && 'another site can frame it'),
    ...(isTls
      ? [finding('headers', `${where} strict-transport-security`, hstsProblem(value))]
      : []),
    finding(
      'headers',
      `${where} says what runs here`,
      telling.length > 0 && `remove ${telling.join(', ')}`,
    ),
  ];
}

function deniesFrames(value: (name: string) => string): boolean {
  return (
    /\bframe-ancestors 'none'/.test(value('content-security-policy')) ||
    value('x-frame-options').toUpperCase() === 'DENY'
  );
}

function hstsProblem(value: (name: string) => string): string | false {
  const seconds = Number(/\bmax-age="?(\d+)/.exec(value('strict-transport-security'))?.[1] ?? 0);
  return seconds < HALF_A_YEAR_SECONDS && 'missing or shorter than half a year';
}
