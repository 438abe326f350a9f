import type { Kind } from './kinds.ts';

const TOKEN = /(?<![\w-])eyJ[\w-]{8,2000}\.(?<claims>[\w-]{8,4000})\.[\w-]{8,2000}/g;

/** The subject of the token that every page about tokens shows. */
const SPECIMEN = '1234567890';

/**
 * The text with tokens crossed out that open nothing: those that ended before today, and in tests and documents, where
 * the others are made up. What is crossed out keeps its length, so that every place stays where it is.
 */
export function withoutSpentTokens(text: string, kind: Kind, now: Date): string {
  if (!text.includes('eyJ')) return text;
  return text.replace(TOKEN, (token: string, claims: string) =>
    kind === 'test' || kind === 'prose' || isSpent(claims, now) ? 'x'.repeat(token.length) : token,
  );
}

function isSpent(claims: string, now: Date): boolean {
  try {
    const { exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
      exp?: unknown;
      sub?: unknown;
    };
    return sub === SPECIMEN || (typeof exp === 'number' && exp * 1000 < now.getTime());
  } catch {
    return false;
  }
}
