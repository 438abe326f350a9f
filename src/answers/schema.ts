import type { Generator } from '../define-generator.ts';
import { MAX_MODULE_NAME, MAX_PROJECT_NAME, MODULE_NAME, PROJECT_NAME } from './names.ts';
import type { Question } from './questions.ts';

export type JsonSchema = Record<string, unknown>;

/** The answers of one generator as JSON Schema 2020-12: what `--answers` takes and `schema` prints. */
export function answersSchema(generator: Generator): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  if (generator.kind === 'app') properties['name'] = projectName();
  if (generator.named) {
    properties['name'] = moduleName(generator.named.example);
    required.push('name');
  }
  for (const question of generator.questions) properties[question.key] = questionSchema(question);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Answers of ${generator.id}`,
    description: generator.summary,
    type: 'object',
    properties,
    required,
    additionalProperties: false,
  };
}

function projectName(): JsonSchema {
  return {
    type: 'string',
    minLength: 1,
    maxLength: MAX_PROJECT_NAME,
    pattern: PROJECT_NAME.source,
    description:
      'The name of the project and its package. The default is the name of the directory.',
  };
}

function moduleName(example: string): JsonSchema {
  return {
    type: 'string',
    minLength: 1,
    maxLength: MAX_MODULE_NAME,
    pattern: MODULE_NAME.source,
    description: 'Lower-case words of letters and digits, joined by single hyphens.',
    examples: [example],
  };
}

function questionSchema(question: Question): JsonSchema {
  const common = { description: question.help, default: question.default };
  switch (question.kind) {
    case 'text':
      return {
        type: 'string',
        maxLength: question.maxLength,
        ...(question.pattern ? { pattern: `^(?:${question.pattern.source})$` } : {}),
        ...common,
        ...(question.check
          ? { description: `${question.help} More is refused than the pattern can say.` }
          : {}),
      };
    case 'number':
      return { type: 'integer', minimum: question.minimum, maximum: question.maximum, ...common };
    case 'confirm':
      return { type: 'boolean', ...common };
    case 'choice':
      return { type: 'string', enum: question.choices.map((choice) => choice.value), ...common };
  }
}
