import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { get, row } from '../../../platform/test/support/hostile-requests.ts';

const BAD = 'invalid-request';

// Text that becomes numbers and flags: one spelling for each value, and each name once.
export const queries: readonly Row[] = [
  row('a number and a flag, for comparison', get('/page?n=10&all=true'), 200),
  row('an empty query', get('/page?'), 200),
  row('a parameter that comes twice', get('/page?n=1&n=2'), BAD),
  row('a parameter that comes twice alike', get('/page?n=1&n=1'), BAD),
  row('a list, even where a schema has one', get('/page?tags=a&tags=b'), BAD),
  row('a parameter that comes twice in disguise', get('/page?n=1&%6e=2'), BAD),
  row('an array, as PHP writes it', get('/page?n%5b%5d=1'), BAD),
  row('an object, as qs writes it', get('/page?n%5ba%5d=1'), BAD),
  row('brackets that are not encoded', get('/page?n[$gt]=1'), BAD),
  row('a parameter without a name', get('/page?=1'), BAD),
  row('nothing between two separators', get('/page?n=1&&all=true'), BAD),
  row('a semicolon as separator', get('/page?n=1;all=true'), BAD),
  row('__proto__ as a parameter', get('/page?__proto__=1'), BAD),
  row('constructor as a parameter', get('/page?constructor=1'), BAD),
  row('toString as a parameter', get('/page?toString=1'), BAD),
  row('an empty number', get('/page?n='), BAD),
  row('a number without a value', get('/page?n'), BAD),
  row('a number after a space', get('/page?n=%201'), BAD),
  row('a number after a plus', get('/page?n=+1'), BAD),
  row('a number with a leading zero', get('/page?n=01'), BAD),
  row('a number with an exponent', get('/page?n=1e0'), BAD),
  row('a number with a fraction', get('/page?n=1.0'), BAD),
  row('minus zero', get('/page?n=-0'), BAD),
  row('a number beyond its range', get('/page?n=101'), BAD),
  row('a number beyond 53 bits', get('/page?n=9007199254740993'), BAD),
  row('a number in another script', get('/page?n=%d9%a1'), BAD),
  row('not a number', get('/page?n=NaN'), BAD),
  row('a flag for a number', get('/page?n=true'), BAD),
  row('a number for a flag', get('/page?all=1'), BAD),
  row('a flag in capitals', get('/page?all=TRUE'), BAD),
  row('an empty flag', get('/page?all='), BAD),
  row('U+0000 in a value', get('/page?n=1%00'), BAD),
  row('half an escape in a value', get('/page?n=%'), BAD),
  row('a second question mark', get('/page?n=1?n=2'), BAD),
];
