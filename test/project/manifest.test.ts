import { describe, expect, test } from 'vitest';
import { type Manifest, parseManifest, printManifest } from '../../src/project/manifest.ts';
import { VERSION } from '../../src/version.ts';

const manifest: Manifest = {
  project: {
    name: 'acme',
    packageSpec: `create-secure-app@${VERSION}`,
    modules: [
      {
        generator: 'app',
        module: 'app',
        name: '',
        answers: { description: 'A "service" \\n of\ntwo lines', modules: ['notes'] },
      },
      { generator: 'webhook', module: 'webhook-stripe', name: 'stripe', answers: {} },
    ],
  },
  files: {
    'b.ts': { owner: 'own', module: 'app', sha256: 'bb' },
    'a.ts': { owner: 'managed', module: 'app', sha256: 'aa' },
    'package.json': { owner: 'keyed', module: 'app' },
  },
  keys: { 'package.json': { workspaces: ['platform', 'services/*'], 'engines.node': '>=24.2' } },
};

const moduleIdOf = (generator: string, name: string): string =>
  name === '' ? generator : `${generator}-${name}`;

const PRINTED = `{
  "format": 1,
  "generator": "create-secure-app@${VERSION}",
  "version": "${VERSION}",
  "name": "acme",
  "modules": [
    { "generator": "app", "answers": { "description": "A \\"service\\" \\\\n of\\ntwo lines", "modules": [ "notes" ] } },
    { "generator": "webhook", "name": "stripe", "answers": {} }
  ],
  "files": {
    "a.ts": { "owner": "managed", "module": "app", "sha256": "aa" },
    "b.ts": { "owner": "own", "module": "app", "sha256": "bb" },
    "package.json": { "owner": "keyed", "module": "app" }
  },
  "keys": {
    "package.json": {
      "engines.node": ">=24.2",
      "workspaces": [ "platform", "services/*" ]
    }
  }
}
`;

describe('secure-app.json', () => {
  test('has one line per module, file and key, sorted', () => {
    expect(printManifest(manifest)).toBe(PRINTED);
  });

  test('is read back as what was printed', () => {
    expect(parseManifest(PRINTED, moduleIdOf)).toEqual(manifest);
  });

  test('is read in any layout, so a project from before keeps its file', () => {
    const before = JSON.stringify(JSON.parse(PRINTED), null, 2);
    expect(parseManifest(before, moduleIdOf)).toEqual(manifest);
    expect(printManifest(parseManifest(before, moduleIdOf))).toBe(PRINTED);
  });

  test('without files or keys it is JSON still', () => {
    const bare = { ...manifest, files: {}, keys: {} };
    expect(parseManifest(printManifest(bare), moduleIdOf)).toEqual(bare);
  });
});
