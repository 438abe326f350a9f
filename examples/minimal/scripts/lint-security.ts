import { globSync, readFileSync } from 'node:fs';
import { parse } from '@babel/parser';
import * as t from '@babel/types';
import { namesSecret } from '@app/platform/secret-shapes/named-secrets';

const ROOT = new URL('../', import.meta.url);

/** Catches code that no longer holds what a control claims. `above` lists the ancestors from the root down. */
interface Rule {
  // Why it matters, and what to do instead.
  readonly says: string;
  readonly except?: RegExp;
  readonly isBroken: (node: t.Node, above: readonly t.Node[], text: string) => boolean;
}

/** The findings of a source, as they are printed. Throws if it does not parse: unread must not pass as clean. */
export function findingsIn(path: string, text: string): readonly string[] {
  const found = new Set<string>();
  t.traverse(parse(text, { sourceType: 'module', plugins: ['typescript'] }), (node, ancestors) => {
    const above = ancestors.map((ancestor) => ancestor.node);
    for (const [id, { says, except, isBroken }] of Object.entries(rules))
      if (isBroken(node, above, text) && !except?.test(path))
        found.add(`${path}:${node.loc?.start.line}  ${id}\n  ${says}`);
  });
  return [...found];
}

type Maybe = t.Node | null | undefined;

/** The expression without casts and await. */
function bare(node: Maybe): Maybe {
  if (t.isAwaitExpression(node)) return bare(node.argument);
  return t.isTypeScript(node) && 'expression' in node ? bare(node.expression) : node;
}

/** The text of a literal, or of literals that are added up. */
function textOf(node: Maybe): string | undefined {
  const inner = bare(node);
  if (t.isStringLiteral(inner)) return inner.value;
  if (t.isTemplateLiteral(inner) && inner.quasis.length === 1) return inner.quasis[0]?.value.raw;
  const isSum = t.isBinaryExpression(inner, { operator: '+' });
  const parts = isSum ? [textOf(inner.left), textOf(inner.right)] : [undefined];
  return parts.includes(undefined) ? undefined : parts.join('');
}

const sliceOf = (text: string, node: Maybe) => text.slice(node?.start ?? 0, node?.end ?? 0);
const nameOf = (node: Maybe): string => pathOf(node).at(-1) ?? '';
const isTrue = (node: Maybe) => t.isBooleanLiteral(bare(node), { value: true });
const isCall = (node: Maybe) => t.isCallExpression(node) || t.isOptionalCallExpression(node);
const isMember = (node: Maybe) => t.isMemberExpression(node) || t.isOptionalMemberExpression(node);
const isDefault = (node: t.Node): boolean =>
  t.isAssignmentPattern(node) ||
  ((t.isLogicalExpression(node) || t.isAssignmentExpression(node)) &&
    /^(?:\|\||\?\?)=?$/.test(node.operator));

/** The names of a variable, a member, a key or a called function: `request.body.role` gives three. */
function pathOf(node: Maybe): readonly string[] {
  const inner = bare(node);
  if (isMember(inner)) return [...pathOf(inner.object), ...pathOf(inner.property).slice(-1)];
  if (isCall(inner)) return pathOf(inner.callee);
  return [t.isIdentifier(inner) ? inner.name : (textOf(inner) ?? '')];
}

/** The name and the value of a property, an assignment, a default, or a call such as `header(name, value)`. */
function pairOf(node: Maybe): readonly [string, Maybe] {
  if (t.isObjectProperty(node)) return [nameOf(node.key), node.value];
  if (isCall(node)) return [textOf(node.arguments[0]) ?? '', node.arguments[1]];
  const hasSides = t.isAssignmentExpression(node) || t.isAssignmentPattern(node);
  return hasSides || t.isLogicalExpression(node) ? [nameOf(node.left), node.right] : ['', null];
}

const SCHEMA = readFileSync(new URL('policies/app.cedarschema', ROOT), 'utf8');
const [, LISTED = ''] = /entity Role enum \[([^\]]*)\]/.exec(SCHEMA) ?? [];
const ROLES = new Set(Array.from(LISTED.matchAll(/"([^"]+)"/g), ([, role = '']) => role));
const POWERFUL =
  /^(?:is[-_ ]?)?(?:super|system|global|tenant|site)?[-_ ]?(?:admin(?:istrator)?s?|superuser|god)$/i;
// These name a power where a role is expected, and something else elsewhere.
const POWERFUL_AS_ROLE = /^(?:root|owner|staff|manager|moderator|maintainer|\*)$/i;
const isRole = (text: string): boolean => POWERFUL.test(text) || ROLES.has(text);

const DECIDING =
  /^(?:x[-_])?(?:is_?admin|admin|roles?|permissions?|scopes?|tenant(?:[-_]?id)?|user[-_]?id|subject|owner(?:[-_]?id)?|privileges?)$/i;
const WRITES = /^(?:values|set|insert|create|update|assign|save)$/;
const isBody = (node: Maybe): boolean => /(?:^|\.)req(?:uest)?\.body$/.test(pathOf(node).join('.'));

const ALLOW =
  /^(?:allow(?:ed)?|granted?|permit(?:ted)?|authori[sz]ed|valid|verified|active|trusted)$/i;

function isAllow(node: Maybe): boolean {
  const value = bare(node);
  if (!t.isObjectExpression(value)) return isTrue(value) || ALLOW.test(textOf(value) ?? '');
  const pairs = value.properties.map(pairOf);
  return pairs.some(([name, given]) => (name === 'decision' || ALLOW.test(name)) && isAllow(given));
}

const OFF_IF_FALSE = /^(?:rejectUnauthorized|strictSSL|verifySignature|validateRequest)$/;
const OFF_IF_TRUE =
  /^(?:insecure|ignoreExpiration|ignoreNotBefore|skipVerification|disableVerification)$/;

function isVerificationOff(name: string, value: Maybe): boolean {
  const given = bare(value);
  if (OFF_IF_FALSE.test(name)) return t.isBooleanLiteral(given, { value: false });
  if (name === 'checkServerIdentity')
    return t.isFunction(given) && !/Throw|Error/.test(JSON.stringify(given));
  const algorithms = name === 'algorithms' && t.isArrayExpression(given) ? given.elements : [];
  if (algorithms.some((one) => textOf(one)?.toLowerCase() === 'none')) return true;
  return name === 'NODE_TLS_REJECT_UNAUTHORIZED' || (OFF_IF_TRUE.test(name) && isTrue(given));
}

const UNVERIFIED =
  /(?:^|\.)(?:decodeJwt|jwtDecode|jwt_decode)$|^(?:jwt|jsonwebtoken|jose|jws)\.decode$/i;
const QUERIES = /^(?:query|raw|unsafe|exec|execute)$/;
const STATEMENT = /\b(?:select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/i;
// A random number that becomes text is an id, a token or a code. Elsewhere it only spreads waiting times.
const TO_TEXT = /^(?:toString|toFixed|String|join|createHash|btoa|from)$/;

const CLOUD_PACKAGE = /^(?:@aws-sdk\/|@smithy\/|aws-sdk$|@google-cloud\/|googleapis$|@azure\/)/;
const MODEL_PACKAGE =
  /^(?:openai|ai|@anthropic-ai\/|@google\/gen(?:ai|erative-ai)|@mistralai\/|cohere-ai|groq-sdk|ollama|langchain|@langchain\/|@ai-sdk\/|@aws-sdk\/client-bedrock-runtime|@azure\/openai|replicate|@huggingface\/inference)/;
const MODEL_HOST =
  /(?:^|\/\/|\.)(?:api\.openai\.com|openai\.azure\.com|api\.anthropic\.com|generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|api\.mistral\.ai|api\.cohere\.(?:ai|com)|api\.groq\.com|api\.deepseek\.com|openrouter\.ai|api\.together\.xyz|api-inference\.huggingface\.co|bedrock-runtime\.[\w-]+\.amazonaws\.com)/;
const TAKES_SCANNED_PROMPT = /import type \{[^}]*\bScannedPrompt\b[^}]*\} from '\.\/text\.ts'/;

const isNamed = (parent: Maybe): boolean => /^(?:Import|Export)/.test(parent?.type ?? '');
const isImported = (parent: Maybe): boolean => isNamed(parent) || isCall(parent);

export const rules: Readonly<Record<string, Rule>> = {
  'privileged-fallback (AUTHZ-4)': {
    says: 'A caller without a role gets this one. Refuse the caller: a new user has no role.',
    isBroken: (node, above) => {
      const around = above.findLast((one) => t.isFunction(one) || t.isSwitchCase(one));
      const isElse = t.isReturnStatement(node) && t.isSwitchCase(around) && !around.test;
      const chosen = t.isConditionalExpression(node) ? [node.consequent, node.alternate] : [];
      return [...chosen, isElse && node.argument, isDefault(node) && pairOf(node)[1]]
        .map((value) => textOf(value || null) ?? '')
        .some((text) => isRole(text) || POWERFUL_AS_ROLE.test(text));
    },
  },
  'role-literal (AUTHZ-1)': {
    says: 'A role named in code is a second policy, missing from the decision matrix. Ask the policies.',
    // Samples that play a role, and names that happen to be the name of a role.
    except:
      /(?:^|\/)(?:samples|drills)\.ts$|^platform\/src\/aws\/logins\.ts$|^migrations\/order\.ts$|^services\/[\w-]+\/modules\/[\w-]+\/(?:index|endpoint|events)\.ts$/,
    isBroken: (node, above) => {
      const parent = above.at(-1);
      const isKey = t.isObjectProperty(parent, { key: node });
      if (isKey || isNamed(parent) || t.isTSLiteralType(parent)) return false;
      return t.isStringLiteral(node) && isRole(node.value);
    },
  },
  'input-decides (AUTHZ-5)': {
    says: 'The client chooses its own identity or rights here. Take them from the Caller of the session.',
    isBroken: (node) => {
      const [input = '', name = ''] = isMember(node) ? pathOf(node).slice(1).slice(-2) : [];
      return /^(?:body|query|headers|params|cookies)$/.test(input) && DECIDING.test(name);
    },
  },
  'mass-assignment (AUTHZ-5)': {
    says: 'The whole body is written, with fields that the client must not set. Name each field.',
    isBroken: (node, above) => {
      if (t.isSpreadElement(node))
        return isBody(node.argument) && WRITES.test(nameOf(above.findLast(isCall)));
      return isCall(node) && WRITES.test(nameOf(node)) && node.arguments.some(isBody);
    },
  },
  'allow-on-error (AUTHZ-5)': {
    says: 'An attacker who makes the check fail passes it. An error must be a refusal.',
    isBroken: (node, above) => {
      const around = [...above, node];
      const at = around.findLastIndex((one) => t.isFunction(one) || t.isCatchClause(one));
      const isHandler = t.isCatchClause(around[at]) || nameOf(around[at - 1]) === 'catch';
      const body = t.isArrowFunctionExpression(node) ? node.body : null;
      return isHandler && isAllow(t.isReturnStatement(node) ? node.argument : body);
    },
  },
  'verification-off (HOOK-4)': {
    says: 'A forged certificate, token or signature passes here. Fix what fails to verify.',
    isBroken: (node) => isVerificationOff(...pairOf(node)),
  },
  'token-unverified (AUTHZ-5)': {
    says: 'decode() accepts a token that an attacker wrote. Verify it, and name the algorithms.',
    isBroken: (node) => isCall(node) && UNVERIFIED.test(pathOf(node.callee).slice(-2).join('.')),
  },
  'any-origin (CHECK-3)': {
    says: 'Every website may read the answers. List exact origins in CORS_ORIGINS.',
    isBroken: (node) => {
      const [name, value] = pairOf(node);
      const isAny = textOf(value) === '*' || (name === 'origin' && isTrue(value));
      return isAny && /^(?:access-control-allow-)?origin$/i.test(name);
    },
  },
  'environment-outside-config (CHECK-3)': {
    says: 'Read the environment in services/api/config.ts, which refuses a wrong value at the start.',
    except: /^services\/[\w-]+\/(?:config|env)\.ts$/,
    isBroken: (node, _above, text) => {
      if (isMember(node)) return pathOf(node).join('.') === 'process.env';
      const taken = t.isVariableDeclarator(node) ? node.init : null;
      const from = nameOf(t.isImportDeclaration(node) ? node.source : taken);
      return /^(?:node:)?process$/.test(from) && /\benv\b/.test(sliceOf(text, node));
    },
  },
  'secret-fallback (SUPPLY-6)': {
    says: 'An unset secret gets a value that the source shows. Refuse to start without it.',
    isBroken: (node) => {
      const [name, value] = pairOf(node);
      return isDefault(node) && Boolean(textOf(value)) && namesSecret(name);
    },
  },
  'built-statement (AUTHZ-5)': {
    says: 'A value inside the statement can change it (SQL injection). Pass values as parameters.',
    isBroken: (node, _above, text) => {
      const [given] = isCall(node) && QUERIES.test(nameOf(node)) ? node.arguments : [];
      const isText = t.isTemplateLiteral(bare(given)) || t.isBinaryExpression(bare(given));
      return isText && textOf(given) === undefined && STATEMENT.test(sliceOf(text, given));
    },
  },
  'guessable-value (AUTH-9)': {
    says: 'The next value of Math.random() can be computed from earlier ones. Use node:crypto.',
    isBroken: (node, above) => {
      if (!isMember(node) || pathOf(node).join('.') !== 'Math.random') return false;
      const around = above.slice(above.findLastIndex((one) => t.isStatement(one)) + 1);
      return around.some((one) => t.isTemplateLiteral(one) || TO_TEXT.test(nameOf(one)));
    },
  },
  'unscanned-prompt (SUPPLY-6)': {
    says: 'A secret in a prompt leaves for good. A client of a model takes a ScannedPrompt, made by scanPrompt().',
    isBroken: (node, above, text) => {
      const written = t.isTemplateElement(node) ? node.value.raw : textOf(node);
      if (written === undefined || TAKES_SCANNED_PROMPT.test(text)) return false;
      return MODEL_HOST.test(written) || (isImported(above.at(-1)) && MODEL_PACKAGE.test(written));
    },
  },
  'cloud-sdk (HOOK-4)': {
    says: 'A cloud SDK calls out past the egress guard. Put its adapter below platform/src/aws/.',
    except: /^platform\/src\/aws\//,
    isBroken: (node, above) => isImported(above.at(-1)) && CLOUD_PACKAGE.test(textOf(node) ?? ''),
  },
};

if (import.meta.main) {
  // The code that runs in a service. Tests contain the very attacks that the rules look for.
  const found = globSync('{services,platform,migrations}/**/*.{ts,mts,js,mjs}', { cwd: ROOT })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/node_modules|\.test\.ts$|^platform\/test\//.test(path))
    .toSorted()
    .flatMap((path) => findingsIn(path, readFileSync(new URL(path, ROOT), 'utf8')));
  for (const finding of found) process.stdout.write(`${finding}\n`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
