import type { KeyObject } from 'node:crypto';
import { createHash, createPublicKey } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import type { KeyStore } from '../keys/keys.ts';
import { isGoodAt, keyIdOf, verifies } from '../keys/keys.ts';
import { failed } from './client.ts';
import { openEnvelope, sealEnvelope } from './envelope.ts';
import type { Generation, KeyRing } from './key-ring.ts';
import { encryptionArns, signingGenerations } from './key-ring.ts';

interface Known extends Generation {
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/**
 * Keys that stay in KMS. It signs and creates data keys. Public keys never change, so each is read once. The algorithm
 * is ECDSA with P-256: KMS signs at most 4096 bytes with Ed25519, and an anchor may be longer. (HOOK-6)
 */
export function kmsKeyStore(kms: Pick<KMSClient, 'send'>, ring: KeyRing, now = Date.now): KeyStore {
  const publicKeys = new Map<string, Promise<KeyObject>>();

  return {
    async sign(name, bytes) {
      const { arn, keyId } = await inUse(name);
      const digest = createHash('sha256').update(bytes).digest();
      const { Signature } = await kms
        .send(
          new SignCommand({
            KeyId: arn,
            Message: digest,
            MessageType: 'DIGEST',
            SigningAlgorithm: 'ECDSA_SHA_256',
          }),
        )
        .catch((error: unknown) => {
          throw failed(`Signing with the key ${name}`, error);
        });
      if (Signature === undefined) throw new Error(`The key ${name} has signed nothing.`);
      return { keyId, signature: Signature };
    },

    async verify(name, bytes, { keyId, signature }, at = new Date(now())) {
      const key = (await knownOf(name)).find((known) => known.keyId === keyId);
      return key !== undefined && isGoodAt(key, at) && verifies(key.publicKey, bytes, signature);
    },

    async publicKeys(name) {
      const keys = await knownOf(name);
      return keys.map(({ keyId, publicKey: key, notBefore, notAfter }) => ({
        keyId,
        key,
        notBefore,
        ...(notAfter && { notAfter }),
      }));
    },

    encrypt: async (name, plaintext, bound) => {
      const [arn] = encryptionArns(ring, name);
      return sealEnvelope(kms, { arn: arn as string, name, bound }, plaintext);
    },

    decrypt: (name, ciphertext, bound) =>
      openEnvelope(kms, { arns: encryptionArns(ring, name), name, bound }, ciphertext),
  };

  // A key is deployed before it begins, so that every process knows it when it first signs.
  async function inUse(name: string): Promise<Known> {
    const begun = (await knownOf(name)).find(({ notBefore }) => notBefore.getTime() <= now());
    if (begun === undefined) throw new Error(`No key ${name} has begun to be good.`);
    return begun;
  }

  function knownOf(name: string): Promise<Known[]> {
    return Promise.all(
      signingGenerations(ring, name).map(async (generation) => {
        const publicKey = await publicKeyOf(name, generation.arn);
        const keyId = keyIdOf(publicKey.export({ type: 'spki', format: 'der' }));
        return { ...generation, keyId, publicKey };
      }),
    );
  }

  function publicKeyOf(name: string, arn: string): Promise<KeyObject> {
    const known = publicKeys.get(arn);
    if (known) return known;
    const asked = fetchPublicKey(kms, name, arn);
    publicKeys.set(arn, asked);
    // A failed read is tried again at the next call.
    asked.catch(() => publicKeys.delete(arn));
    return asked;
  }
}

async function fetchPublicKey(
  kms: Pick<KMSClient, 'send'>,
  name: string,
  arn: string,
): Promise<KeyObject> {
  const { PublicKey } = await kms
    .send(new GetPublicKeyCommand({ KeyId: arn }))
    .catch((error: unknown) => {
      throw failed(`Reading the public key ${name}`, error);
    });
  if (PublicKey === undefined) throw new Error(`The key ${name} has no public half.`);
  return createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
}
