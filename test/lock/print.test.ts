import { expect, test } from 'vitest';
import { closeLock, printLock } from '../../src/lock/index.ts';
import { superset } from './support/supersets.ts';

test('keys come as npm writes them: its own first, plain values before objects, then the alphabet', () => {
  const lock = superset({
    b: { license: 'MIT', engines: { node: '>=20' }, dependencies: { B: '1.0.0', a: '1.0.0' } },
    B: {},
    a: { integrity: 'sha512-BBBB', version: '1.0.0' },
  });
  const root = { name: 'my-app', version: '0.0.0', dependencies: { b: '1.0.0' } };
  expect(printLock(closeLock(lock, { root, workspaces: {} }))).toMatchInlineSnapshot(`
    "{
      "name": "my-app",
      "version": "0.0.0",
      "lockfileVersion": 3,
      "requires": true,
      "packages": {
        "": {
          "name": "my-app",
          "version": "0.0.0",
          "dependencies": {
            "b": "1.0.0"
          }
        },
        "node_modules/a": {
          "version": "1.0.0",
          "integrity": "sha512-BBBB"
        },
        "node_modules/b": {
          "version": "1.0.0",
          "integrity": "sha512-AAAA",
          "license": "MIT",
          "dependencies": {
            "a": "1.0.0",
            "B": "1.0.0"
          },
          "engines": {
            "node": ">=20"
          }
        },
        "node_modules/B": {
          "version": "1.0.0",
          "integrity": "sha512-AAAA"
        }
      }
    }
    "
  `);
});
