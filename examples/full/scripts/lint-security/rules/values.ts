import { namesSecret } from '@app/platform/secret-shapes/names';
import type { Rule } from '../rule.ts';
import type { Node } from '../syntax.ts';
import { bare, child, list, nameOf, pathOf, textOf } from '../syntax.ts';

const CONFIG = /^(?:services\/[\w-]+\/(?:config|env)\.ts|platform\/src\/testing\/.*)$/;

export const environmentOutsideConfig: Rule = {
  id: 'environment-outside-config',
  control: 'CHECK-3',
  says: 'What a service reads from its environment stands in services/api/config.ts, which refuses what is wrong.',
  except: CONFIG,
  isBroken: (node, above) => {
    if (node.type.endsWith('MemberExpression')) return pathOf(node).join('.') === 'process.env';
    if (node.type === 'VariableDeclarator') {
      return nameOf(child(node, 'init')) === 'process' && takes(child(node, 'id'), 'env');
    }
    if (node.type !== 'ImportSpecifier') return false;
    const from = textOf(child(above.at(-1) ?? node, 'source')) ?? '';
    return nameOf(child(node, 'imported')) === 'env' && /^(?:node:)?process$/.test(from);
  },
};

function takes(pattern: Node | undefined, name: string): boolean {
  if (pattern?.type !== 'ObjectPattern') return false;
  return list(pattern, 'properties').some((property) => nameOf(child(property, 'key')) === name);
}

export const secretFallback: Rule = {
  id: 'secret-fallback',
  control: 'SUPPLY-6',
  says: 'Where nobody set it, everybody knows it: refuse to start without this value.',
  isBroken: (node) => {
    if (node.type === 'LogicalExpression' && node.operator !== '&&') {
      return namesSecret(nameOf(child(node, 'left'))) && isText(child(node, 'right'));
    }
    if (node.type !== 'AssignmentPattern') return false;
    return namesSecret(nameOf(child(node, 'left'))) && isText(child(node, 'right'));
  },
};

function isText(node: Node | undefined): boolean {
  const text = textOf(node);
  return text !== undefined && text !== '';
}

export const builtStatement: Rule = {
  id: 'built-statement',
  control: 'AUTHZ-5',
  says: 'Whoever writes the value writes the statement: hand values over as parameters.',
  isBroken: (node) => {
    if (!node.type.endsWith('CallExpression')) return false;
    const path = pathOf(child(node, 'callee'));
    if (!/^(?:query|raw|unsafe|exec|execute)$/.test(path.at(-1) ?? '')) return false;
    return list(node, 'arguments')
      .slice(0, 1)
      .some((argument) => isBuilt(argument));
  },
};

const STATEMENT = /\b(?:select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/i;

function isBuilt(node: Node): boolean {
  const argument = bare(node);
  if (argument?.type === 'TemplateLiteral' && list(argument, 'expressions').length > 0) {
    return list(argument, 'quasis').some((part) => STATEMENT.test(JSON.stringify(part['value'])));
  }
  if (argument?.type !== 'BinaryExpression' || textOf(argument) !== undefined) return false;
  return (
    STATEMENT.test(textOf(child(argument, 'left')) ?? '') ||
    isBuilt(child(argument, 'left') ?? argument)
  );
}

// Where a number becomes text it becomes an id, a token or a code; elsewhere it spreads waiting times.
const TO_TEXT = /^(?:toString|toFixed|String|join|createHash|btoa|from)$/;

export const guessableValue: Rule = {
  id: 'guessable-value',
  control: 'AUTH-9',
  says: 'The next value of Math.random can be computed from those before: use node:crypto.',
  isBroken: (node, above) => {
    if (!node.type.endsWith('MemberExpression') || pathOf(node).join('.') !== 'Math.random')
      return false;
    const statement = above.findLastIndex(({ type }) => /Statement$|Declarat/.test(type));
    return above
      .slice(statement + 1)
      .some((one) => one.type === 'TemplateLiteral' || TO_TEXT.test(nameOf(one)));
  },
};

const MODEL_PACKAGE =
  /^(?:openai|ai|@anthropic-ai\/|@google\/gen(?:ai|erative-ai)|@mistralai\/|cohere-ai|groq-sdk|ollama|langchain|@langchain\/|@ai-sdk\/|@aws-sdk\/client-bedrock-runtime|@azure\/openai|replicate|@huggingface\/inference)/;
const MODEL_HOST =
  /(?:^|\/\/|\.)(?:api\.openai\.com|openai\.azure\.com|api\.anthropic\.com|generativelanguage\.googleapis\.com|aiplatform\.googleapis\.com|api\.mistral\.ai|api\.cohere\.(?:ai|com)|api\.groq\.com|api\.deepseek\.com|openrouter\.ai|api\.together\.xyz|api-inference\.huggingface\.co|bedrock-runtime\.[\w-]+\.amazonaws\.com)/;
const DOOR =
  /import type \{[^}]*\b(?:ScannedPrompt|Model)\b[^}]*\} from '@app\/platform\/prompt-scan'/;

export const unscannedPrompt: Rule = {
  id: 'unscanned-prompt',
  control: 'SUPPLY-6',
  says: 'A prompt leaves for good: a client of a model takes ScannedPrompt, which only scanPrompt() makes.',
  isBroken: (node, above, { text }) => {
    if (node.type !== 'StringLiteral' && node.type !== 'TemplateElement') return false;
    const said =
      node.type === 'StringLiteral' ? String(node['value']) : JSON.stringify(node['value']);
    const isImported = /^(?:Import|Export|CallExpression)/.test(above.at(-1)?.type ?? '');
    const isModel = MODEL_HOST.test(said) || (isImported && MODEL_PACKAGE.test(said));
    return isModel && !DOOR.test(text);
  },
};
