import { globSync, readFileSync } from 'node:fs';
import { namesSecret } from '@app/platform/secret-shapes/named-secrets';
import {
  bare,
  builtPartsOf,
  child,
  fallbacksIn,
  isBoolean,
  isCall,
  isMember,
  isNameOnly,
  list,
  nameOf,
  nodesOf,
  parseSource,
  pathOf,
  readsEnvironment,
  statementsOf,
  textOf,
} from './lint-syntax.ts';
import type { Node } from './lint-syntax.ts';

const ROOT = new URL('../', import.meta.url);

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Catches code that no longer holds what a control claims. */
export interface Rule {
  readonly id: string;
  readonly control: string;
  // Why it matters, and what to do instead.
  readonly says: string;
  // The paths where the rule does not apply.
  readonly except?: RegExp;
  readonly isBroken: (node: Node, above: readonly Node[], source: Source) => boolean;
}

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: Rule;
}

/** The findings of a source, at most one per rule and line. */
export function findingsIn(source: Source): readonly Finding[] {
  const { path, text } = source;
  const applying = rules.filter(({ except }) => !except?.test(path));
  const found = new Map<string, Finding>();
  for (const [node, above] of nodesOf(parseSource(text))) {
    for (const rule of applying) {
      if (!rule.isBroken(node, above, source)) continue;
      const line = text.slice(0, node.start).split('\n').length;
      found.set(`${line} ${rule.id}`, { path, line, rule });
    }
  }
  return [...found.values()].toSorted((a, b) => a.line - b.line);
}

const POWERFUL =
  /^(?:is[-_ ]?)?(?:super|system|global|tenant|site)?[-_ ]?(?:admin(?:istrator)?s?|superuser|god)$/i;
// These name a power where a role is expected, and something else elsewhere.
const POWERFUL_AS_ROLE = /^(?:root|owner|staff|manager|moderator|maintainer|\*)$/i;

// Samples that play a role, and names that happen to be the name of a role.
const MAY_NAME_ROLES =
  /(?:^|\/)(?:samples|drills)\.ts$|^platform\/src\/aws\/logins\.ts$|^migrations\/order\.ts$|^services\/[\w-]+\/modules\/[\w-]+\/(?:index|endpoint|events)\.ts$/;

const roles = declaredRoles();

function declaredRoles(): ReadonlySet<string> {
  const schema = readFileSync(new URL('policies/app.cedarschema', ROOT), 'utf8');
  const [, listed = ''] = /entity Role enum \[([^\]]*)\]/.exec(schema) ?? [];
  return new Set([...listed.matchAll(/"([^"]+)"/g)].map(([, role = '']) => role));
}

function isRole(text: string | undefined): boolean {
  return text !== undefined && (roles.has(text) || POWERFUL.test(text));
}

const INPUT = /^(?:body|query|headers|params|cookies)$/;
const DECIDING =
  /^(?:x[-_])?(?:is_?admin|admin|roles?|permissions?|scopes?|tenant(?:[-_]?id)?|user[-_]?id|subject|owner(?:[-_]?id)?|privileges?)$/i;
const WRITES = /^(?:values|set|insert|create|update|assign|save)$/;

function isBody(node: Node | undefined): boolean {
  const path = pathOf(node);
  return path.length > 1 && path.at(-1) === 'body' && /^req(?:uest)?$/.test(path.at(-2) ?? '');
}

const ALLOW =
  /^(?:allow(?:ed)?|granted?|permit(?:ted)?|authori[sz]ed|valid|verified|active|trusted)$/i;

function returnsAllow(block: Node | undefined): boolean {
  return statementsOf(block)
    .filter(({ type }) => type === 'ReturnStatement')
    .some((statement) => isAllow(child(statement, 'argument')));
}

function isAllow(node: Node | undefined): boolean {
  const value = bare(node);
  if (isBoolean(value, true) || ALLOW.test(textOf(value) ?? '')) return true;
  if (value?.type !== 'ObjectExpression') return false;
  return list(value, 'properties').some((property) => {
    const [name, given] = [nameOf(child(property, 'key')), child(property, 'value')];
    const isDecision = name === 'decision' && ALLOW.test(textOf(given) ?? '');
    return isDecision || (ALLOW.test(name) && isBoolean(given, true));
  });
}

// Options that switch a verification off, by the value that does it.
const OFF_IF_FALSE = /^(?:rejectUnauthorized|strictSSL|verifySignature|validateRequest)$/;
const OFF_IF_TRUE =
  /^(?:insecure|ignoreExpiration|ignoreNotBefore|skipVerification|disableVerification)$/;

function isOff(name: string, value: Node | undefined): boolean {
  if (OFF_IF_FALSE.test(name)) return isBoolean(value, false);
  if (OFF_IF_TRUE.test(name)) return isBoolean(value, true);
  const given = bare(value);
  if (given === undefined) return false;
  if (name === 'checkServerIdentity')
    return /Function/.test(given.type) && !/throw|Error/.test(JSON.stringify(given));
  const elements = name === 'algorithms' ? list(given, 'elements') : [];
  return elements.some((one) => textOf(one)?.toLowerCase() === 'none');
}

const STATEMENT = /\b(?:select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/i;

// A random number that becomes text is an id, a token or a code. Elsewhere it only spreads waiting times.
const TO_TEXT = /^(?:toString|toFixed|String|join|createHash|btoa|from)$/;

const MODEL_PACKAGE =
  /^(?:openai|ai|@anthropic-ai\/|@google\/gen(?:ai|erative-ai)|@mistralai\/|cohere-ai|groq-sdk|ollama|langchain|@langchain\/|@ai-sdk\/|@aws-sdk\/client-bedrock-runtime|@azure\/openai|replicate|@huggingface\/inference)/;
const MODEL_HOST =
  /(?:^|\/\/|\.)(?:api\.openai\.com|openai\.azure\.com|api\.anthropic\.com|generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|api\.mistral\.ai|api\.cohere\.(?:ai|com)|api\.groq\.com|api\.deepseek\.com|openrouter\.ai|api\.together\.xyz|api-inference\.huggingface\.co|bedrock-runtime\.[\w-]+\.amazonaws\.com)/;
const TAKES_SCANNED_PROMPT = /import type \{[^}]*\bScannedPrompt\b[^}]*\} from '\.\/text\.ts'/;

export const rules: readonly Rule[] = [
  {
    id: 'privileged-fallback',
    control: 'AUTHZ-4',
    says: 'A caller without a role gets this one. Refuse the caller: a new user has no role.',
    isBroken: (node) =>
      fallbacksIn(node)
        .map((value) => textOf(value))
        .some((text) => isRole(text) || POWERFUL_AS_ROLE.test(text ?? '')),
  },
  {
    id: 'role-literal',
    control: 'AUTHZ-1',
    says: 'A role named in code is a second policy, missing from the decision matrix. Ask the policies.',
    except: MAY_NAME_ROLES,
    isBroken: (node, above) =>
      node.type === 'StringLiteral' && isRole(textOf(node)) && !isNameOnly(node, above),
  },
  {
    id: 'input-decides',
    control: 'AUTHZ-5',
    says: 'The client chooses its own identity or rights here. Take them from the Caller of the session.',
    isBroken: (node) => {
      if (!isMember(node)) return false;
      const path = pathOf(node);
      return INPUT.test(path.at(-2) ?? '') && path.length > 2 && DECIDING.test(path.at(-1) ?? '');
    },
  },
  {
    id: 'mass-assignment',
    control: 'AUTHZ-5',
    says: 'The whole body is written, with fields that the client must not set. Name each field.',
    isBroken: (node, above) => {
      if (node.type === 'SpreadElement')
        return isBody(child(node, 'argument')) && WRITES.test(nameOf(above.findLast(isCall)));
      return isCall(node) && WRITES.test(nameOf(node)) && list(node, 'arguments').some(isBody);
    },
  },
  {
    id: 'allow-on-error',
    control: 'AUTHZ-5',
    says: 'An attacker who makes the check fail passes it. An error must be a refusal.',
    isBroken: (node) => {
      if (node.type === 'CatchClause') return returnsAllow(child(node, 'body'));
      if (!isCall(node) || nameOf(child(node, 'callee')) !== 'catch') return false;
      const body = child(list(node, 'arguments')[0], 'body');
      return body !== undefined && (isAllow(body) || returnsAllow(body));
    },
  },
  {
    id: 'verification-off',
    control: 'HOOK-4',
    says: 'A forged certificate, token or signature passes here. Fix what fails to verify.',
    isBroken: (node) => {
      if (node.type === 'ObjectProperty')
        return isOff(nameOf(child(node, 'key')), child(node, 'value'));
      if (node.type !== 'AssignmentExpression') return false;
      const name = nameOf(child(node, 'left'));
      return name === 'NODE_TLS_REJECT_UNAUTHORIZED' || isOff(name, child(node, 'right'));
    },
  },
  {
    id: 'token-unverified',
    control: 'AUTHZ-5',
    says: 'decode() accepts a token that an attacker wrote. Verify it, and name the algorithms.',
    isBroken: (node) => {
      const callee = isCall(node) ? child(node, 'callee') : undefined;
      if (/^(?:decodeJwt|jwtDecode|jwt_decode)$/.test(nameOf(callee))) return true;
      const object = nameOf(child(callee, 'object'));
      return nameOf(callee) === 'decode' && /^(?:jwt|jsonwebtoken|jose|jws)$/i.test(object);
    },
  },
  {
    id: 'any-origin',
    control: 'CHECK-3',
    says: 'Every website may read the answers. List exact origins in CORS_ORIGINS.',
    isBroken: (node) => {
      if (node.type === 'ObjectProperty') {
        const [name, value] = [nameOf(child(node, 'key')).toLowerCase(), child(node, 'value')];
        if (name === 'access-control-allow-origin') return textOf(value) === '*';
        return name === 'origin' && (isBoolean(value, true) || textOf(value) === '*');
      }
      const [name, value] = isCall(node) ? list(node, 'arguments') : [];
      return textOf(name)?.toLowerCase() === 'access-control-allow-origin' && textOf(value) === '*';
    },
  },
  {
    id: 'environment-outside-config',
    control: 'CHECK-3',
    says: 'Read the environment in services/api/config.ts, which refuses a wrong value at the start.',
    except: /^services\/[\w-]+\/(?:config|env)\.ts$/,
    isBroken: readsEnvironment,
  },
  {
    id: 'secret-fallback',
    control: 'SUPPLY-6',
    says: 'An unset secret gets a value that the source shows. Refuse to start without it.',
    isBroken: (node) => {
      const isDefault =
        node.type === 'AssignmentPattern' ||
        (node.type === 'LogicalExpression' && node.operator !== '&&');
      const text = textOf(child(node, 'right'));
      const isText = text !== undefined && text !== '';
      return isDefault && isText && namesSecret(nameOf(child(node, 'left')));
    },
  },
  {
    id: 'built-statement',
    control: 'AUTHZ-5',
    says: 'A value inside the statement can change it (SQL injection). Pass values as parameters.',
    isBroken: (node) => {
      if (!isCall(node)) return false;
      const [statement] = list(node, 'arguments');
      const isQuery = /^(?:query|raw|unsafe|exec|execute)$/.test(nameOf(child(node, 'callee')));
      return isQuery && builtPartsOf(statement).some((part) => STATEMENT.test(part));
    },
  },
  {
    id: 'guessable-value',
    control: 'AUTH-9',
    says: 'The next value of Math.random() can be computed from earlier ones. Use node:crypto.',
    isBroken: (node, above) => {
      if (!isMember(node) || pathOf(node).join('.') !== 'Math.random') return false;
      const statement = above.findLastIndex(({ type }) => /Statement$|Declarat/.test(type));
      return above
        .slice(statement + 1)
        .some((one) => one.type === 'TemplateLiteral' || TO_TEXT.test(nameOf(one)));
    },
  },
  {
    id: 'unscanned-prompt',
    control: 'SUPPLY-6',
    says: 'A secret in a prompt leaves for good. A client of a model takes a ScannedPrompt, made by scanPrompt().',
    isBroken: (node, above, { text }) => {
      if (node.type !== 'StringLiteral' && node.type !== 'TemplateElement') return false;
      const value =
        node.type === 'StringLiteral' ? String(node['value']) : JSON.stringify(node['value']);
      const isImported = /^(?:Import|Export|CallExpression)/.test(above.at(-1)?.type ?? '');
      const isModel = MODEL_HOST.test(value) || (isImported && MODEL_PACKAGE.test(value));
      return isModel && !TAKES_SCANNED_PROMPT.test(text);
    },
  },
];

// The code that runs in a service. Tests contain the very attacks that the rules look for.
function main(): void {
  const found = globSync('{services,platform,migrations}/**/*.{ts,mts,js,mjs}', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/node_modules|\.test\.ts$|^platform\/test\//.test(path))
    .toSorted()
    .flatMap((path) => findingsIn({ path, text: readFileSync(new URL(path, ROOT), 'utf8') }));
  for (const { path, line, rule } of found)
    process.stdout.write(`${path}:${line}  ${rule.id} (${rule.control})\n  ${rule.says}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}

if (import.meta.main) main();
