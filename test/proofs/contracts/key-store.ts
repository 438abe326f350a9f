import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import type { Bound, EncryptionKey, KeyStore, SigningKey } from '@app/platform/keys/keys';
import { encryptionKey, signingKey, verifies } from '@app/platform/keys/keys';

const MINUTE_MS = 60_000;
const TEXT = Buffer.from('four score and seven years');
const ROW: Bound = ['tenant:acme', 'row:1'];

export interface KeysUnderTest {
  readonly store: KeyStore;
  /** Moves the store's clock. */
  readonly advance: (ms: number) => void;
  /** Whoever may make keys makes a new one, and this is the store from then on. */
  readonly rotate: (key: SigningKey | EncryptionKey, overlapMs: number) => Promise<KeyStore>;
}

/** What every key store keeps, whoever holds the keys. The purposes are there to begin with, or made when asked for. */
export function keyStoreContract(kind: string, open: () => Promise<KeysUnderTest>): void {
  const seals = signingKey('contract-seals');
  const other = signingKey('contract-other');
  const rows = encryptionKey('contract-rows');

  test(`${kind}: what it signed verifies, and nothing else does (OBS-1)`, async () => {
    const { store } = await open();
    const signed = await store.sign(seals, TEXT);
    assert.ok(await store.verify(seals, TEXT, signed));
    assert.ok(!(await store.verify(seals, Buffer.from('five score'), signed)));
    assert.ok(!(await store.verify(seals, TEXT, { ...signed, keyId: '0'.repeat(16) })));
    const flipped = Buffer.from(signed.signature);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    assert.ok(!(await store.verify(seals, TEXT, { ...signed, signature: flipped })));
    assert.ok(!(await store.verify(seals, TEXT, { ...signed, signature: Buffer.of() })));
  });

  test(`${kind}: a key of one purpose proves nothing for another (OBS-1)`, async () => {
    const { store } = await open();
    await store.sign(other, TEXT);
    assert.ok(!(await store.verify(other, TEXT, await store.sign(seals, TEXT))));
  });

  test(`${kind}: anybody can verify with the public key that it gives out (OBS-1)`, async () => {
    const { store } = await open();
    const { keyId, signature } = await store.sign(seals, TEXT);
    const [published] = await store.publicKeys(seals);
    assert.equal(published?.keyId, keyId);
    assert.equal(published.key.type, 'public');
    assert.ok(verifies(published.key, TEXT, signature));
  });

  test(`${kind}: a rotated key verifies for the overlap, and what it proved then`, async () => {
    const { store: before, advance, rotate } = await open();
    const old = await before.sign(seals, TEXT);
    const store = await rotate(seals, 10 * MINUTE_MS);
    const fresh = await store.sign(seals, TEXT);
    assert.notEqual(fresh.keyId, old.keyId);
    advance(9 * MINUTE_MS);
    assert.ok(await store.verify(seals, TEXT, old));
    advance(2 * MINUTE_MS);
    assert.ok(!(await store.verify(seals, TEXT, old)));
    assert.ok(await store.verify(seals, TEXT, fresh));
    const [, retired] = await store.publicKeys(seals);
    assert.ok(retired?.notAfter);
    assert.ok(await store.verify(seals, TEXT, old, new Date(retired.notAfter.getTime() - 1)));
    assert.ok(!(await store.verify(seals, TEXT, fresh, new Date(0))));
  });

  test(`${kind}: what is encrypted opens where it was bound, and nowhere else (HOOK-6)`, async () => {
    const { store } = await open();
    const ciphertext = await store.encrypt(rows, TEXT, ROW);
    assert.deepEqual(await store.decrypt(rows, ciphertext, ROW), { ok: true, value: TEXT });
    const elsewhere: readonly Bound[] = [
      ['tenant:acme', 'row:2'],
      ['tenant:acme'],
      ['tenant:acmerow:1'],
    ];
    for (const bound of elsewhere)
      assert.ok(!(await store.decrypt(rows, ciphertext, bound)).ok, bound.join());
    const moved = encryptionKey('contract-moved');
    await store.encrypt(moved, TEXT, ROW);
    assert.ok(!(await store.decrypt(moved, ciphertext, ROW)).ok);
  });

  test(`${kind}: no byte of a ciphertext can be changed (HOOK-6)`, async () => {
    const { store } = await open();
    const ciphertext = await store.encrypt(rows, TEXT, ROW);
    for (const place of ciphertext.keys()) {
      const changed = Buffer.from(ciphertext);
      changed[place] = (changed[place] ?? 0) ^ 1;
      assert.ok(!(await store.decrypt(rows, changed, ROW)).ok, `byte ${place}`);
    }
    for (const length of [0, 1, 20, ciphertext.length - 1])
      assert.ok(!(await store.decrypt(rows, ciphertext.subarray(0, length), ROW)).ok);
  });

  test(`${kind}: the same text twice is two ciphertexts, bound to something (HOOK-6)`, async () => {
    const { store } = await open();
    const [one, two] = [await store.encrypt(rows, TEXT, ROW), await store.encrypt(rows, TEXT, ROW)];
    assert.notDeepEqual(one, two);
    assert.ok(!Buffer.from(one).includes(TEXT));
    await assert.rejects(store.encrypt(rows, TEXT, ['']), /bound to something/);
  });

  test(`${kind}: what a key has encrypted opens however often it is rotated after that (HOOK-6)`, async () => {
    const { store: before, advance, rotate } = await open();
    const old = await before.encrypt(rows, TEXT, ROW);
    await rotate(rows, 10 * MINUTE_MS);
    const store = await rotate(rows, 10 * MINUTE_MS);
    const fresh = await store.encrypt(rows, TEXT, ROW);
    advance(400 * 24 * 60 * MINUTE_MS);
    assert.deepEqual(await store.decrypt(rows, old, ROW), { ok: true, value: TEXT });
    assert.ok((await store.decrypt(rows, fresh, ROW)).ok);
  });

  test(`${kind}: a key has one use, and is printed as nothing (HOOK-6)`, async () => {
    const { store } = await open();
    await store.sign(seals, TEXT);
    await assert.rejects(store.encrypt(encryptionKey('contract-seals'), TEXT, ROW));
    const printed =
      inspect(store, { depth: null, showHidden: true }) + format('%o %j', store, store);
    assert.doesNotMatch(printed, /PRIVATE KEY|pkcs8|material/i);
  });

  test(`${kind}: a purpose is a plain name`, () => {
    for (const name of ['', 'Audit', '../audit', 'a/b', 'a.1', 'x'.repeat(41)])
      assert.throws(() => signingKey(name), /named by its purpose/);
  });
}
