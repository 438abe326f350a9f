import { describe, expect, test } from 'vitest';
import integration from '../../generators/integration/generator.ts';
import { placeOf } from '../../generators/integration/origin.ts';
import { checkAnswer } from '../../src/answers/questions.ts';
import { json, printBuilt } from '../../src/render/typed-builders.ts';

const [question] = integration.questions;
const isTaken = (value: string): boolean => {
  if (!question) throw new Error('integration asks nothing');
  return checkAnswer(question, value).ok;
};

describe('where an integration calls', () => {
  test.each([
    'https://api.example.com',
    'https://a.b-c.example.co.uk:8443',
    'https://xn--bcher-kva.example',
  ])('%s is taken', (origin) => expect(isTaken(origin)).toBe(true));

  test.each([
    'http://api.example.com',
    'https://api.example.com/',
    'https://api.example.com/v1',
    'https://api.example.com:443',
    'https://api.example.com:0443',
    'https://api.example.com:99999',
    'https://api.example.com?x',
    'https://api.example.com#x',
    'https://user@api.example.com',
    'https://api.example.com@other.example',
    'https://api.example.com\\@other.example',
    'https://API.example.com',
    'https://api.example.com.',
    'https://api..example.com',
    'https://-api.example.com',
    'https://api_x.example.com',
    'https://*.example.com',
    'https://bücher.example',
    'https://127.0.0.1',
    'https://127.1.1',
    'https://0x7f.0.0.1',
    'https://1.2.3',
    'https://[::1]',
    'https://localhost',
    'https://x.localhost',
    'https://queue.internal',
    `https://${'a'.repeat(64)}.example.com`,
    '',
  ])('%s is refused', (origin) => expect(isTaken(origin)).toBe(false));

  test('its place is a host and a port', () => {
    expect(placeOf('https://api.example.com')).toEqual({ host: 'api.example.com', port: 443 });
    expect(placeOf('https://a.example.com:8443')).toEqual({ host: 'a.example.com', port: 8443 });
  });
});

describe('a value in JSON', () => {
  test.each(['"', '\\', '",\n"class": "vpc', '\u2028', '{{x}}', "'"])(
    '%j is that value',
    async (value) =>
      expect(JSON.parse(await printBuilt(json`{ "host": ${value} }`, 'x.json'))).toEqual({
        host: value,
      }),
  );

  test('what does not parse is refused', async () => {
    await expect(printBuilt(json`{ "host": `, 'x.json')).rejects.toMatchObject({ code: 'E_BUILT' });
  });
});
