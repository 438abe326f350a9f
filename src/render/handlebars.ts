import Handlebars from 'handlebars';
import { EXIT, UserError } from '../errors.ts';

/**
 * Renders prose. `strict`: a variable that is not there stops the run instead of printing nothing. `noEscape`: HTML
 * escaping is wrong for Markdown, and no answer that reaches prose can hold markup (its question's pattern says so).
 */
export function renderHandlebars(
  template: string,
  text: string,
  variables: Record<string, unknown>,
): string {
  try {
    return Handlebars.compile(text, { noEscape: true, strict: true })(variables);
  } catch (cause) {
    throw new UserError(
      'E_TEMPLATE',
      EXIT.environment,
      `The template ${template} could not be rendered.`,
      'The installed package is damaged or faulty: install it again, and report it if that does not help.',
      { cause },
    );
  }
}
