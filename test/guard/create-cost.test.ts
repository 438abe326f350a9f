import { expect, test } from 'vitest';

import { emittedRules } from '../../src/guard/index.ts';
import { SOURCE_FILE } from '../../src/guard/syntax/parse.ts';
import { presets } from '../../src/presets.ts';
import { unproven } from '../../src/render/render.ts';
import { catalogueHere } from '../support/catalogue.ts';
import { renderedProject } from './support/rendered.ts';

// Loading and warming the parser takes longer than everything else that the guard does for `create`.
test.each(Object.keys(presets))(
  'no source that is made for the preset %s needs the parser',
  async (preset) => {
    const files = await renderedProject(await catalogueHere(), presets[preset]?.answers ?? {}, []);
    const sources = unproven({ files, keys: {} }).filter(({ path }) => SOURCE_FILE.test(path));
    expect(sources).not.toEqual([]);
    const parsed = sources.flatMap(({ path, content }) =>
      emittedRules
        .filter((rule) => rule.syntax && (rule.files?.test(path) ?? true))
        .filter((rule) => rule.keywords?.every((keyword) => keyword.test(content)) ?? true)
        .map((rule) => `${rule.id} reads ${path}`),
    );
    expect(parsed).toEqual([]);
  },
);
