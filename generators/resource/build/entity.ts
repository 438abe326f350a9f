import { spellings } from '../../../src/answers/names.ts';
import type { Facts } from '../../../src/define-generator.ts';
import { type Built, type Identifier, identifier } from '../../../src/render/typed-builders.ts';
import { type Field, fieldsOf } from '../fields.ts';

/** What is built: the entity's names and its fields. */
export interface Entity {
  /** `PurchaseOrder` */
  readonly type: Identifier;
  /** `purchase_order` */
  readonly table: Identifier;
  readonly fields: readonly Field[];
}

export function entityOf({ name, answers }: Facts): Entity {
  const { pascal = '', snake = '' } = spellings(name);
  return { type: identifier(pascal), table: identifier(snake), fields: fieldsOf(answers) };
}

/** The width that emitted code is formatted to; SQL is held to it as well. */
export const WIDTH = 100;

type Tag = (strings: TemplateStringsArray, ...values: readonly Built[][]) => Built;

/**
 * `a, b, c` after `start`, broken into lines where it would pass the width, each indented by `indent`.
 *
 * @param room what has to fit behind the last of them.
 */
export function filled(
  tag: Tag,
  parts: readonly Built[],
  { start, indent, room = 0 }: { start: number; indent: number; room?: number },
): Built {
  let column = start;
  const placed = parts.map((part, index) => {
    const behind = index < parts.length - 1 ? ','.length : room;
    const breaks = index > 0 && column + ' '.length + part.text.length + behind > WIDTH;
    column = (breaks ? indent : column + (index > 0 ? ' '.length : 0)) + part.text.length + behind;
    return tag`${index > 0 ? [breaks ? newLine(tag, indent) : tag` `] : []}${[part]}`;
  });
  return tag`${placed.flatMap((part, index) => (index > 0 ? [tag`,`, part] : [part]))}`;
}

/** `(a, b)` behind `start`, or a line in brackets of its own where that does not fit. */
export function bracketed(tag: Tag, parts: readonly Built[], start: number, indent: number): Built {
  const flat = filled(tag, parts, { start: Number.NEGATIVE_INFINITY, indent });
  if (start + flat.text.length + '()'.length <= WIDTH) return tag`(${[flat]})`;
  const inner = filled(tag, parts, { start: indent + 2, indent: indent + 2 });
  return tag`(${[newLine(tag, indent + 2), inner, newLine(tag, indent)]})`;
}

function newLine(tag: Tag, indent: number): Built {
  return indent === 0 ? tag`\n` : tag`${[newLine(tag, indent - 1)]} `;
}
