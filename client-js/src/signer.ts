import { hexOrBase64, unhex } from './bytes.js';
import { publicKey, publicKeyOf, sha256, signDigest } from './keys.js';

/** A signature: bytes, or hex or base64, in one of the accepted forms. */
export type SignatureLike = Uint8Array | string;

/**
 * Whoever holds a key and signs with it: a key in memory, a wallet, a device, another process. Any object of this
 * form is one. It is asked once for each connection, and once more whenever the session is renewed.
 *
 * What it throws ends the client, since a refusal is to be heeded; only after a `SignerUnavailableError` it is
 * asked again later.
 */
export interface Signer {
  /** The key, in any accepted form; always the same. */
  readonly publicKey: string;
  /** Signs a message, a text in UTF-8 that was checked before. May take long; a circle waits some 60 s. */
  sign(message: Uint8Array): SignatureLike | Promise<SignatureLike>;
  /**
   * Signs 32 bytes as they are, for `onSignRequest`; several may be asked for at once.
   *
   * @param signal aborted when the request has ended meanwhile
   */
  signDigest?(digest: Uint8Array, signal: AbortSignal): SignatureLike | Promise<SignatureLike>;
}

/**
 * The signer of a key in memory.
 *
 * @param secret 32 bytes, or as many in hex
 * @throws TypeError when it is no key; does not say what it was
 */
export function keySigner(secret: Uint8Array | string): Required<Signer> {
  const bytes = typeof secret === 'string' ? unhex(secret) : Uint8Array.from(secret);
  if (bytes?.length !== 32) throw new TypeError('a secret key has 32 bytes, or 64 hex digits');
  let key: string;
  try {
    key = publicKeyOf(bytes);
  } catch {
    throw new TypeError('this is no secret key of secp256k1');
  }
  return {
    publicKey: key,
    sign: (message) => signDigest(sha256(message), bytes),
    signDigest: (digest) => signDigest(digest, bytes),
  };
}

/** @throws TypeError when the signer's key is none */
export function keyOf(signer: Signer): string {
  const key = publicKey(signer.publicKey);
  if (!key) throw new TypeError('the publicKey of a signer is a secp256k1 key of 33 or 65 bytes in hex or base64');
  return key;
}

export function signatureBytes(signature: SignatureLike): Uint8Array {
  return typeof signature === 'string' ? (hexOrBase64(signature) ?? new Uint8Array()) : signature;
}
