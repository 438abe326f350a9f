import { expect, test } from 'vitest';
import { respell } from '../../src/render/specimen.ts';

test('replaces every spelling, in one pass', () => {
  const text = 'acme-specimen acme_specimen acmeSpecimen AcmeSpecimen ACME_SPECIMEN acme specimen';
  expect(respell(text, 'acme-specimen', 'search-index')).toBe(
    'search-index search_index searchIndex SearchIndex SEARCH_INDEX search index',
  );
});

test('leaves a name that contains the specimen as it is', () => {
  expect(respell('<acme-specimen>', 'acme-specimen', 'my-acme-specimen')).toBe(
    '<my-acme-specimen>',
  );
});

test('a name with replacement patterns of String.replace is only text', () => {
  expect(respell('[acme-specimen]', 'acme-specimen', '$&-$1')).toBe('[$&-$1]');
});
