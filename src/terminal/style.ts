import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours only where somebody looks: on a terminal, and unless NO_COLOR is set (no-color.org). */
function coloured(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}

export function style(
  format: Format,
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return coloured(stream) ? styleText(format, text) : text;
}
