/**
 * Tests and proofs that moto cannot pass, and why. Each must fail there: a row goes once moto passes its test. All of
 * them pass on the stand-in of the emitted tests.
 */
const SIGNS_A_DIGEST =
  'moto 5.2.5 takes MessageType DIGEST for RAW, and signs the digest of the digest';

export const MOTO_CANNOT: Readonly<Record<string, string>> = {
  'AWS: what it signed verifies, and nothing else does (OBS-1)': SIGNS_A_DIGEST,
  'AWS: anybody can verify with the public key that it gives out (OBS-1)': SIGNS_A_DIGEST,
  'AWS: a rotated key verifies for the overlap, and what it proved then': SIGNS_A_DIGEST,
  'KMS signs for one purpose, and only what it signed verifies (HOOK-6)': SIGNS_A_DIGEST,
  'what is longer than KMS takes is signed too, by its digest': SIGNS_A_DIGEST,
  'verifying asks KMS once, and each message has a data key of its own (HOOK-6)': SIGNS_A_DIGEST,
  'keys, secrets and anchors are those of AWS where the environment says so': SIGNS_A_DIGEST,
  'AWS: no byte of a ciphertext can be changed (HOOK-6)':
    'moto 5.2.5 answers AccessDenied where the id of the key in a wrapped data key was changed, though KeyId names the key',
};
