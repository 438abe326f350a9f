import type { Answer, Target } from './ask.ts';
import { ask } from './ask.ts';
import type { Finding } from './finding.ts';
import { finding } from './finding.ts';

const STRANGERS = ['https://stranger.example', 'null'];
const ECHO = 'x-verify-staging';

export async function verifyMethods(target: Target): Promise<Finding[]> {
  return [...(await verifyCors(target)), await verifyTrace(target)];
}

// A page that a signed-in person visits must not be able to read answers that are meant for them.
async function verifyCors(target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const origin of STRANGERS) {
    const asked = { 'access-control-request-method': 'DELETE', origin };
    const preflight = await ask(target, '/session', { method: 'OPTIONS', headers: asked });
    const plain = await ask(target, '/session', { headers: { origin } });
    const isOpen = [preflight, plain].some((answer) => admits(answer, origin));
    findings.push(
      finding('cors', `origin ${origin}`, isOpen && 'another site may read the answers'),
    );
  }
  return findings;
}

function admits({ headers }: Answer, origin: string): boolean {
  const admitted = headers['access-control-allow-origin'];
  return admitted === '*' || admitted === origin;
}

// TRACE repeats what a proxy added, such as a cookie that no script may read.
async function verifyTrace(target: Target): Promise<Finding> {
  const { status, body } = await ask(target, '/', { method: 'TRACE', headers: { [ECHO]: 'echo' } });
  const isOn = (status >= 200 && status < 300) || body.toLowerCase().includes(ECHO);
  return finding('methods', 'TRACE is off', isOn && `answers ${status}`);
}
