type Parse = (text: string) => unknown;

/**
 * Parsers by column type, the same on both engines. Values that a JavaScript number or Date would change stay exact:
 * 64-bit integers, decimals, dates without a zone.
 */
export const parsers: Readonly<Record<number, Parse>> = {
  17: asBuffer, //  bytea
  20: BigInt, //    bigint
  1082: asText, //  date
  1114: asText, //  timestamp
  1184: asInstant, // timestamptz
  1700: asText, //  numeric
  1001: listOf(asBuffer),
  1016: listOf(BigInt),
  1182: listOf(asText),
  1115: listOf(asText),
  1185: listOf(asInstant),
  1231: listOf(asText),
};

/** Serializers for types where those of the embedded engine take longer than the statement. */
export const serializers: Readonly<Record<number, (value: Uint8Array) => string>> = {
  17: ({ buffer, byteOffset, byteLength }) =>
    `\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}`,
};

function asText(text: string): string {
  return text;
}

function asBuffer(text: string): Buffer {
  return Buffer.from(text.slice(text.indexOf('x') + 1), 'hex');
}

function asInstant(text: string): Date {
  const instant = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  if (Number.isNaN(instant.getTime())) throw new RangeError(`${text} is no instant.`);
  return instant;
}

// No value of these types contains a comma, a brace or a quote, so no array grammar is needed.
function listOf(parse: Parse): Parse {
  return (text) => {
    const inner = /^\{([^{}]*)\}$/.exec(text)?.[1];
    if (inner === undefined) throw new RangeError('Only arrays of one dimension are read.');
    if (inner === '') return [];
    return inner
      .split(',')
      .map((item) => (item === 'NULL' ? null : parse(item.replaceAll('"', ''))));
  };
}
