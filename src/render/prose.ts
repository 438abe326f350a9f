import { EXIT, UserError } from '../errors.ts';

type Variables = Readonly<Record<string, unknown>>;

/** A tag that names one variable: no block, helper, partial, comment, escape or whitespace control. */
const NAME_TAG = /(?<![\\{])\{\{([A-Za-z_]\w*)\}\}(?!\})/g;

/**
 * Renders prose written for Handlebars. A variable that is not there stops the run instead of printing nothing; nothing
 * is HTML-escaped, which is wrong for Markdown, and no answer that reaches prose can hold markup (its question's
 * pattern says so).
 *
 * Handlebars itself is loaded only for templates that do more than name variables: loading and compiling it is a tenth
 * of what `create` takes.
 *
 * @throws UserError `E_TEMPLATE`
 */
export async function renderProse(
  template: string,
  text: string,
  variables: Variables,
): Promise<string> {
  try {
    const plain = text.replaceAll(NAME_TAG, '');
    if (!plain.includes('{{'))
      return text.replaceAll(NAME_TAG, (_tag, name: string) => valueOf(variables, name));
    const { default: Handlebars } = await import('handlebars');
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

function valueOf(variables: Variables, name: string): string {
  if (!Object.hasOwn(variables, name)) throw new ReferenceError(`${name} is not defined`);
  return String(variables[name]);
}
