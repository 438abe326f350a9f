import type { Rule } from '../rule.ts';
import type { Node } from '../syntax.ts';
import { bare, child, isFalse, isTrue, list, nameOf, textOf } from '../syntax.ts';

const YES =
  /^(?:allow(?:ed)?|granted?|permit(?:ted)?|authori[sz]ed|valid|verified|active|trusted)$/i;

export const allowOnError: Rule = {
  id: 'allow-on-error',
  control: 'AUTHZ-5',
  says: 'Whoever makes the check fail passes it: where something could not be found out, the answer is no.',
  isBroken: (node) => {
    if (node.type === 'CatchClause') return returnsYes(child(node, 'body'));
    if (!node.type.endsWith('CallExpression') || nameOf(child(node, 'callee')) !== 'catch')
      return false;
    const [handler] = list(node, 'arguments');
    const body = handler && child(handler, 'body');
    return body !== undefined && (saysYes(body) || returnsYes(body));
  },
};

function returnsYes(block: Node | undefined): boolean {
  return statementsOf(block)
    .filter(({ type }) => type === 'ReturnStatement')
    .some((statement) => saysYes(child(statement, 'argument')));
}

function statementsOf(block: Node | undefined): readonly Node[] {
  if (block === undefined) return [];
  return list(block, 'body').flatMap((one) =>
    one.type === 'IfStatement'
      ? [
          ...statementsOf(child(one, 'consequent')),
          ...(bare(child(one, 'consequent')) ? [child(one, 'consequent') as Node] : []),
        ]
      : [one],
  );
}

function saysYes(node: Node | undefined): boolean {
  const value = bare(node);
  if (isTrue(value) || YES.test(textOf(value) ?? '')) return true;
  if (value?.type !== 'ObjectExpression') return false;
  return list(value, 'properties').some((property) => {
    const [name, said] = [nameOf(child(property, 'key')), child(property, 'value')];
    return (
      (YES.test(name) && isTrue(said)) || (name === 'decision' && YES.test(textOf(said) ?? ''))
    );
  });
}

// Options under which something is not looked at any more, and what they are set to then.
const OFF: Readonly<Record<string, (value: Node | undefined) => boolean>> = {
  rejectUnauthorized: isFalse,
  strictSSL: isFalse,
  insecure: isTrue,
  ignoreExpiration: isTrue,
  ignoreNotBefore: isTrue,
  skipVerification: isTrue,
  disableVerification: isTrue,
  verifySignature: isFalse,
  validateRequest: isFalse,
  checkServerIdentity: (value) =>
    /Function/.test(value?.type ?? '') && !/throw|Error/.test(JSON.stringify(value)),
  algorithms: (value) =>
    value !== undefined &&
    list(value, 'elements').some((one) => textOf(one)?.toLowerCase() === 'none'),
};

export const verificationOff: Rule = {
  id: 'verification-off',
  control: 'HOOK-4',
  says: 'Nobody can tell any more whose certificate, token or signature it is: mend what fails to verify.',
  isBroken: (node) => {
    if (node.type === 'ObjectProperty')
      return isOff(nameOf(child(node, 'key')), child(node, 'value'));
    if (node.type !== 'AssignmentExpression') return false;
    const name = nameOf(child(node, 'left'));
    return name === 'NODE_TLS_REJECT_UNAUTHORIZED' || isOff(name, child(node, 'right'));
  },
};

function isOff(name: string, value: Node | undefined): boolean {
  return Object.hasOwn(OFF, name) && (OFF[name]?.(bare(value)) ?? false);
}

export const tokenUnverified: Rule = {
  id: 'token-unverified',
  control: 'AUTHZ-5',
  says: 'decode() reads a token that anybody may have written: verify it, with the algorithms named.',
  isBroken: (node) => {
    if (!node.type.endsWith('CallExpression')) return false;
    const callee = child(node, 'callee');
    const object = callee && nameOf(child(callee, 'object'));
    return (
      /^(?:decodeJwt|jwtDecode|jwt_decode)$/.test(nameOf(callee)) ||
      (nameOf(callee) === 'decode' && /^(?:jwt|jsonwebtoken|jose|jws)$/i.test(object ?? ''))
    );
  },
};

export const anyOrigin: Rule = {
  id: 'any-origin',
  control: 'CHECK-3',
  says: 'Pages of anybody may read the answers: list exact origins in CORS_ORIGINS.',
  isBroken: (node) => {
    if (node.type === 'ObjectProperty') {
      const [name, value] = [nameOf(child(node, 'key')).toLowerCase(), child(node, 'value')];
      if (name === 'access-control-allow-origin') return textOf(value) === '*';
      return name === 'origin' && (isTrue(value) || textOf(value) === '*');
    }
    if (!node.type.endsWith('CallExpression')) return false;
    const [name, value] = list(node, 'arguments');
    return textOf(name)?.toLowerCase() === 'access-control-allow-origin' && textOf(value) === '*';
  },
};
