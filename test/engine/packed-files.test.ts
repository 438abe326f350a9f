import { expect, test } from 'vitest';
import { PackedFiles, printPack, readPack } from '../../src/packed-files.ts';
import { type Template, sha256 } from '../../src/templates.ts';

const template = (text: string): Template => ({ text, sha256: sha256(text) });

const files: Readonly<Record<string, Template>> = {
  'app/empty': template(''),
  'app/plain.ts': template('export const a = 1;\n'),
  'app/beyond-ascii.md': template('Größe – 長さ 🔑\nsecond line\n'),
  'app/last.json': template('{}\n'),
};

test('a pack is read back as the templates it was printed from, as text and as bytes', () => {
  const read = readPack(printPack(files));
  expect([...read.keys()]).toEqual(Object.keys(files));
  for (const [path, { text, sha256: hash }] of Object.entries(files)) {
    const unpacked = read.get(path);
    expect(unpacked?.text).toBe(text);
    expect(unpacked?.sha256).toBe(hash);
    expect(sha256(unpacked?.bytes ?? 'none')).toBe(hash);
  }
});

test('the pack of a generator is read once, when one of its templates is asked for', () => {
  const asked: string[] = [];
  const packed = new PackedFiles(['app', 'notes'], (generator) => {
    asked.push(generator);
    return generator === 'app' ? readPack(printPack(files)) : new Map();
  });
  expect(packed.get('app/last.json')?.text).toBe('{}\n');
  expect(packed.get('app/none')).toBeUndefined();
  expect(packed.get('unknown/file')).toBeUndefined();
  expect(asked).toEqual(['app']);
  expect([...packed.keys()]).toEqual(Object.keys(files));
  expect(asked).toEqual(['app', 'notes']);
});
