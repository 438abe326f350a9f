import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WritableSecretStore } from '@app/platform/secrets/secret';
import { Secret, SecretReference } from '@app/platform/secrets/secret';

/** What every secret store keeps, wherever the secrets are. */
export function secretStoreContract(kind: string, open: () => Promise<WritableSecretStore>): void {
  const reference = new SecretReference('contract/first');

  test(`${kind}: it gives back what was set, as a Secret (HOOK-6)`, async () => {
    const store = await open();
    for (const value of ['plain', ' spaces and\nlines ', 'Zoë 🦉', 'x'.repeat(10_000)]) {
      await store.set(reference, new Secret(value));
      const read = await store.read(reference);
      assert.ok(read instanceof Secret);
      assert.ok(read.equals(value));
    }
  });

  test(`${kind}: each reference has a value of its own (HOOK-6)`, async () => {
    const store = await open();
    const names = ['contract', 'contract/first', 'contract-first', 'contract/first/second'];
    for (const name of names) await store.set(new SecretReference(name), new Secret(name));
    for (const name of names) assert.ok((await store.read(new SecretReference(name))).equals(name));
  });

  test(`${kind}: what is missing is said by name`, async () => {
    const store = await open();
    const missing = new SecretReference('contract/missing');
    await assert.rejects(store.read(missing), /The secret contract\/missing is not set/);
  });

  test(`${kind}: an empty secret is none (HOOK-6)`, async () => {
    await assert.rejects((await open()).set(reference, new Secret('')), /empty secret/);
  });

  test(`${kind}: a reference is a plain name, never a path`, () => {
    for (const name of ['', '/etc/passwd', '../x', 'a//b', 'a/', 'A', 'a.b', 'a/b/c/d/e'])
      assert.throws(() => new SecretReference(name), /named like/);
  });
}
