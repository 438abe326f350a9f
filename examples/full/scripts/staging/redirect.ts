import type { Target } from './ask.ts';
import { ask } from './ask.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

const PERMANENT: ReadonlySet<number> = new Set([301, 308]);
const HTTP_PORT = 80;

/** Where plain http answers at all, it sends the browser to https on the same host, for good. */
export async function verifyRedirect({ origin }: Target, port = HTTP_PORT): Promise<Finding[]> {
  const plain = new URL(origin);
  plain.protocol = 'http:';
  plain.port = String(port);
  const answer = await ask({ origin: plain }, '/').catch(() => undefined);
  if (!answer) return [];
  const location = String(answer.headers.location ?? '');
  const to = URL.canParse(location, plain.href) ? new URL(location, plain.href) : undefined;
  const isHome = to?.protocol === 'https:' && to.hostname === origin.hostname;
  const held = isHome && PERMANENT.has(answer.status);
  return [
    finding(
      'redirect',
      'plain http leads to https',
      !held && `answers ${answer.status} ${location}`,
    ),
    finding('redirect', 'plain http sets no cookie', answer.cookies.length > 0 && 'it does'),
  ];
}
