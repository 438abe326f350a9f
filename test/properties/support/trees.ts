import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepare } from '../../../src/operations/prepare.ts';
import type { RenderedFile } from '../../../src/render/render.ts';
import { sha256 } from '../../../src/templates.ts';
import { catalogueHere } from '../../support/catalogue.ts';
import { type Sample, projectOf, samples } from './projects.ts';
import { expectSoundTree } from './tree-claims.ts';

/** The claims about trees, on as many of them as the settings say. */
export function treesHold(settings: fc.Parameters<unknown>): void {
  test('a tree passes the guard, parses, is formatted, and is the same each time', async () => {
    const catalogue = await catalogueHere();
    const render = async (sample: Sample): Promise<readonly RenderedFile[]> =>
      (await prepare(projectOf(sample, catalogue), catalogue)).rendered.files;
    const property = fc.asyncProperty(samples, async (sample) => {
      const files = await render(sample);
      expect(await render(sample)).toEqual(files);
      for (const { path, content, sha256: recorded } of files)
        expect(sha256(content), path).toBe(recorded);
      await expectSoundTree(files, [sample.name, ...sample.runs.map(({ name }) => name)]);
    });
    await fc.assert(property, settings);
  });
}
