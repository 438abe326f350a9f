import { describe, expect, test } from 'vitest';
import {
  folderNameProblem,
  moduleNameProblem,
  projectNameProblem,
  spellings,
} from '../../src/answers/names.ts';

describe('a project name', () => {
  test.each(['my-app', 'a', '0', 'my_app.v2', 'a'.repeat(214)])('%s is accepted', (name) => {
    expect(projectNameProblem(name)).toBeUndefined();
  });
  test.each([
    '',
    '.',
    '..',
    'a/b',
    '../a',
    'A',
    '-a',
    'a-',
    '.a',
    '_a',
    'a b',
    'a..b',
    'con',
    'nul.txt',
    'lpt1',
    'node_modules',
    'a'.repeat(215),
    'аpp',
    'a\n',
    'a\0',
    '$(x)',
    'a\u200b',
    '{{a}}',
    'a"b',
    'a-__b__-c',
    'a._b_.c',
    'a__b',
    'www.example',
    'a_www.example',
  ])('%j is refused', (name) => {
    expect(projectNameProblem(name)).toMatch(/^The project name .*\.$/);
  });
});

describe('the name of a folder', () => {
  test.each(['my-app', 'My Project', 'проект', "it's", '$(x)', '-a', '.hidden', 'é'.repeat(107)])(
    '%s is accepted',
    (name) => expect(folderNameProblem(name)).toBeUndefined(),
  );
  test.each([
    '',
    'a\nb',
    'a\u001b[2J',
    'a\u202eb',
    'a\0',
    'con',
    'nul.txt',
    'a.',
    'a ',
    'a:b',
    'a\\b',
    'a*',
    '.git',
    '.GIT',
    'é'.repeat(108),
  ])('%j is refused', (name) =>
    expect(folderNameProblem(name)).toMatch(/^The directory's name .*\.$/),
  );
});

describe('a module name', () => {
  test.each(['a', 'search-index', 'x2', 'v2-api', 'a'.repeat(30)])('%s is accepted', (name) => {
    expect(moduleNameProblem(name)).toBeUndefined();
  });
  test.each([
    '',
    'a--b',
    '-a',
    'a-',
    '2a',
    'a_b',
    'A',
    'a'.repeat(31),
    'class',
    'constructor',
    'con',
    'app',
    'é',
    'a b',
  ])('%j is refused', (name) => expect(moduleNameProblem(name)).toMatch(/^The name .*\.$/));
});

test('spells a name in every way a template may', () => {
  expect(spellings('search-index-2')).toEqual({
    kebab: 'search-index-2',
    snake: 'search_index_2',
    constant: 'SEARCH_INDEX_2',
    pascal: 'SearchIndex2',
    camel: 'searchIndex2',
    words: 'search index 2',
  });
});
