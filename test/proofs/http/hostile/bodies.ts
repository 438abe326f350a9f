import { limits } from '@app/platform/http/limits';
import type { Row } from '../../../platform/test/support/hostile-requests.ts';
import { post, row } from '../../../platform/test/support/hostile-requests.ts';

const BAD = 'invalid-request';
const body = (name: string, text: string | Buffer) => row(name, post(text), BAD);
const bytes = (hex: string) =>
  Buffer.concat([Buffer.from('{"title":"'), Buffer.from(hex, 'hex'), Buffer.from('"}')]);

// A document has one meaning, whoever reads it, and its members have the types that the schema names.
export const bodies: readonly Row[] = [
  row('a body, for comparison', post('{"title":"a","size":2,"flag":true}'), 200),
  row('a body in another script', post('{"title":"\u00e9\ud83d\ude00"}'), 200),
  row(
    'a body of exactly the limit',
    post(`{"title":"a"}${' '.repeat(limits.bodyBytes - 13)}`),
    200,
  ),
  row('a body of four times the limit', post('['.repeat(limits.bodyBytes * 4)), 'body-too-large'),
  body('an empty body', ''),
  body('white space', ' \n\t '),
  body('half a document', '{"title":'),
  body('a comment', '{"title":"a"/**/}'),
  body('a comma at the end', '{"title":"a",}'),
  body('single quotes', "{'title':'a'}"),
  body('a name without quotes', '{title:"a"}'),
  body('JSON in a call', 'callback({"title":"a"})'),
  body('JSON behind a guard', ')]}\',\n{"title":"a"}'),
  body('undefined', 'undefined'),
  body('null', 'null'),
  body('a number', '1'),
  body('a text', '"a"'),
  body('a list', '[{"title":"a"}]'),
  body('an empty object', '{}'),
  body('null for a text', '{"title":null}'),
  body('a number for a text', '{"title":1}'),
  body('a list for a text', '{"title":["a"]}'),
  body('an object for a text', '{"title":{"$ne":""}}'),
  body('a text with another way to be one', '{"title":{"toString":"a"}}'),
  body('a flag for a number', '{"title":"a","size":true}'),
  body('a number for a flag', '{"title":"a","flag":1}'),
  body('a fraction', '{"title":"a","size":2.5}'),
  body('1e999', '{"title":"a","size":1e999}'),
  body('minus 1e999', '{"title":"a","size":-1e999}'),
  body('a number of a thousand digits', `{"title":"a","size":${'9'.repeat(1_000)}}`),
  body('a leading zero', '{"title":"a","size":02}'),
  body('a leading plus', '{"title":"a","size":+2}'),
  body('a hexadecimal number', '{"title":"a","size":0x2}'),
  body('NaN', '{"title":"a","size":NaN}'),
  body('Infinity', '{"title":"a","size":Infinity}'),
  body('a member in other letters', '{"title":"a","Size":2}'),
  body('a member twice', '{"title":"a","title":"b"}'),
  body('__proto__', '{"title":"a","__proto__":{"flag":true}}'),
  body('constructor', '{"title":"a","constructor":{"prototype":{"flag":true}}}'),
  body('prototype, deep inside', '{"title":"a","deep":{"prototype":{}}}'),
  body('a list deeper than any stack', '['.repeat(60_000)),
  body('objects deeper than the limit', `${'{"a":'.repeat(17)}1${'}'.repeat(17)}`),
  body('thirty thousand elements', `{"title":[${'1,'.repeat(30_000)}1]}`),
  body(
    'eight thousand members',
    `{${Array.from({ length: 6_000 }, (_, at) => `"m${at}":1`).join(',')}}`,
  ),
  body('a text that is too long', `{"title":"${'a'.repeat(6)}"}`),
  body('U+0000 that is not escaped', '{"title":"\u0000"}'),
  body('a line break that is not escaped', '{"title":"a\nb"}'),
  body('surrogates the wrong way round', '{"title":"\\udc00\\ud800"}'),
  body('an escape that JSON has not', '{"title":"\\x41"}'),
  body('UTF-16', Buffer.from('{"title":"a"}', 'utf16le')),
  body('a surrogate in UTF-8', bytes('eda080')),
  body('a character beyond Unicode', bytes('f4908080')),
  body('half a character', bytes('c3')),
  body('a byte that UTF-8 has not', bytes('ff')),
];
