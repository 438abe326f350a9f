/** Decodings on top of each other that are undone. People paste one; two happen when a pasted value is pasted again. */
const LAYERS = 3;

/** Readings of one text; more come only from text made to have many. */
const MOST_READINGS = 24;

/** Invisible characters: format characters, variation selectors, fillers. */
const INVISIBLE =
  /\p{Cf}|\p{Variation_Selector}|\u034f|[\u115f\u1160]|[\u17b4\u17b5]|\u3164|\uffa0/gu;

/** Most text has nothing of it, and compiling the classes of Unicode takes longer than all the rest. */
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Readings of a text with its disguises removed, the text itself first. */
export function readingsOf(text: string): string[] {
  const readings = new Set([text]);
  let layer = [text];
  for (let depth = 0; depth < LAYERS && layer.length > 0; depth++) {
    const revealed = layer.flatMap(undisguise).filter((reading) => !readings.has(reading));
    layer = [...new Set(revealed)].slice(0, MOST_READINGS - readings.size);
    for (const reading of layer) readings.add(reading);
  }
  return [...readings];
}

function undisguise(text: string): string[] {
  return [plain(text), unescaped(text), ...encodedRuns(text)].filter((reading) => reading !== text);
}

/** Full-width letters and the digits of other scripts as ASCII, invisible characters gone, dashes and spaces as one. */
function plain(text: string): string {
  if (!BEYOND_ASCII.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(INVISIBLE, '')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace(/\p{Zs}/gu, ' ');
}

/** Digits of a script stand in runs of ten, zero first. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  if (code < 128) return digit;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String(code - zero);
}

/** `%34`, `\u0034`, `\x34`, `&#52;` and `&#x34;`. */
function unescaped(text: string): string {
  return text
    .replace(/(?:%[\da-f]{2})+/gi, percentDecoded)
    .replace(/\\u\{?([\da-f]{4})\}?|\\x([\da-f]{2})|&#x([\da-f]{2,5});/gi, (whole, u, x, hex) =>
      letter(whole, Number.parseInt(u ?? x ?? hex, 16)),
    )
    .replace(/&#(\d{2,6});/g, (whole, code) => letter(whole, Number(code)));
}

function percentDecoded(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1');
  }
}

function letter(whole: string, code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}

/**
 * Either alphabet of base64, and each one alone: a slash or a dash before a run is then no part of it, as in
 * `/home/me/<run>` and `app-<run>`, where it would shift what the run decodes to.
 */
const BASE64 = [
  /(?<![A-Za-z\d+/_-])[A-Za-z\d+/_-]{16,}={0,2}/g,
  /(?<![A-Za-z\d+/])[A-Za-z\d+/]{16,}={0,2}/g,
  /(?<![A-Za-z\d_-])[A-Za-z\d_-]{16,}={0,2}/g,
  /(?<![A-Za-z\d])[A-Za-z\d]{16,}={0,2}/g,
];
const HEXADECIMAL = /(?<![\da-f])(?:[\da-f]{2}){12,}(?![\da-f])/gi;

/** What base64 and hexadecimal runs decode to, where that is text. */
function encodedRuns(text: string): string[] {
  const base64 = new Set(BASE64.flatMap((runs) => text.match(runs) ?? []));
  const hex = text.match(HEXADECIMAL) ?? [];
  return [
    ...[...base64].map((run) => Buffer.from(run, 'base64').toString('latin1')),
    ...hex.map((run) => Buffer.from(run, 'hex').toString('latin1')),
  ].filter((decoded) => /^[\t\n\r\x20-\x7e]{8,}$/.test(decoded));
}
