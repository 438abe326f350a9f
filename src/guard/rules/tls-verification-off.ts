import type { Node } from '@babel/types';

import type { Rule } from '../rule.ts';
import { SHIPPED } from '../shipped-files.ts';
import { anyOf } from '../syntax/detectors.ts';
import { dependsOnEnvironment } from '../syntax/environment.ts';
import { inTexts, matching } from '../syntax/passages.ts';
import { bare, contains, isFunction, nameOf } from '../syntax/read.ts';
import { inSettings, OFF, ON, plain, visitSettings } from '../syntax/settings.ts';

const KEEPS_ON =
  /(?:rejectunauthorized|strictssl|sslverify|verifyssl|verifytls|tlsverify|sslvalidate|pythonhttpsverify)$/;
const KEEPS_OFF =
  /(?:insecureskipverify|insecureskiptlsverify|skiptlsverify|tlsinsecure|tlsallowinvalidcertificates|tlsallowinvalidhostnames|trustservercertificate|gitsslnoverify)$/;

/** Versions with known attacks on the handshake itself, by the names that Node, OpenSSL and AWS give them. */
const LEAST_VERSION = /(?:minversion|minprotocolversion|minimumprotocolversion|minimumtlsversion)$/;
const BROKEN_VERSION = /^(?:tls[v_]?1(?:[._]?[01])?(?:_2016)?|sslv[23])$/;
const BROKEN_METHOD = /^(?:sslv\d+|tlsv1(?:_1)?)_(?:client_|server_)?method$/;
const BROKEN_POLICY = /^elbsecuritypolicy-(?:2015-05|2016-08|tls-1-[01]-)/;

/** `prefer` and `allow` fall back to no TLS at all when asked to, which is what an attacker asks for. */
const SSLMODE =
  /(?<![a-z])(?:pg)?ssl[-_]?mode["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:disabled?|allow|preferred|prefer|no-verify)\b/gi;

/** Bytes that never leave the machine meet nobody on their way. Read from what stands before the mode. */
const LOOPBACK =
  /:\/\/(?:[^@/\s]{0,200}@)?(?:localhost|127\.0\.0\.1|\[::1\])?(?:[:/?][^\s]{0,200})?$/i;
const LONGEST_URL = 400;

const COMMANDS =
  /\bcurl\b(?:[^\n|;&]|\\\n){0,300}?\s(?:--insecure|-[a-jlnpqsvA-JLNORSZ#\d]{0,8}k[a-zA-Z]{0,8})(?![\w-])|\bwget\b[^\n|;&]{0,300}?--no-check-certificate|\bhttp\.(?:\S{0,100}\.)?ssl[Vv]erify["']?[ \t]{1,8}["']?(?:false|0)|\bstrict-ssl[ \t]{1,8}["']?false|--(?:no-verify-ssl|no-check-certificate|insecure-skip-tls-verify|tls-min-v1\.[01])(?![\w=])|\bStrictHostKeyChecking[= ]["']?no\b|\bpip3?\b[^\n]{0,200}--trusted-host|\bNODE_TLS_REJECT_UNAUTHORIZED[= ]["']?0(?![\w.])|\b(?:tlsAllowInvalidCertificates|tlsAllowInvalidHostnames|tlsInsecure|trustServerCertificate)=true\b|\bverify=False\b|\bssl_protocols\b[^;\n]{0,100}\b(?:TLSv1(?:\.1)?|SSLv3)(?=[\s;])/g;

export const tlsVerificationOff: Rule = {
  id: 'tls-verification-off',
  control: 'HOOK-4',
  reason:
    'Whoever sits between the two ends can answer as the other one, and read and change everything sent.',
  wayOut: 'Leave verification on, and give the client the certificate authority of the other end.',
  files: SHIPPED,
  keywords: [/ssl|tls|unauthorized|insecure|certificate|checkServerIdentity|curl|verify|HostKey/i],
  ...anyOf(inSettings(isOff), inTexts(matching(COMMANDS)), inTexts(weakSslModes), {
    syntax: (report) =>
      visitSettings((written, value) => {
        const name = plain(written);
        if (name === 'checkserveridentity' && acceptsAnyone(value)) report(value);
        if (name === 'rejectunauthorized' && mayBeOff(value)) report(value);
      }),
  }),
};

function isOff(name: string, value: string): boolean {
  if (KEEPS_ON.test(name)) return OFF.test(value);
  if (KEEPS_OFF.test(name)) return ON.test(value);
  if (name === 'secureprotocol') return BROKEN_METHOD.test(value);
  if (name === 'sslpolicy') return BROKEN_POLICY.test(value);
  return LEAST_VERSION.test(name) && BROKEN_VERSION.test(value);
}

function weakSslModes(text: string): number[] {
  return [...text.matchAll(SSLMODE)]
    .map((match) => match.index)
    .filter((index) => !LOOPBACK.test(text.slice(Math.max(0, index - LONGEST_URL), index)));
}

/** A check of the name that never objects. One that calls something may compare a pinned key. */
function acceptsAnyone(value: Node): boolean {
  const inner = bare(value);
  if (!inner || !isFunction(inner)) return false;
  if (inner.type === 'ArrowFunctionExpression' && inner.body.type !== 'BlockStatement')
    return isNothing(inner.body);
  return !contains(inner, (part) => {
    if (part.type === 'ReturnStatement') return part.argument ? !isNothing(part.argument) : false;
    return /^(?:CallExpression|NewExpression|ThrowStatement)$/.test(part.type);
  });
}

function isNothing(node: Node): boolean {
  return (
    node.type === 'NullLiteral' || nameOf(node) === 'undefined' || node.type === 'UnaryExpression'
  );
}

/** Verified in one environment is unverified in the others. */
function mayBeOff(value: Node): boolean {
  return bare(value)?.type !== 'Identifier' && dependsOnEnvironment(value);
}
