import type { TProperties } from 'typebox';
import { Type } from 'typebox';

export function strictObject<Properties extends TProperties>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

// Text that people type: no control character survives into a log, a terminal or a header. Line breaks may, where asked.
export const LINE = '^[^\\u0000-\\u001f\\u007f]*$';
export const TEXT = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$';
