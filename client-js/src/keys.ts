import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import * as secp from '@noble/secp256k1';
import { concat, hex, hexOrBase64, utf8 } from './bytes.js';

// With these it needs no crypto.subtle, which pages without TLS do not have.
secp.hashes.sha256 = (message) => Uint8Array.from(sha256(message));
secp.hashes.hmacSha256 = (key, message) => Uint8Array.from(hmac(sha256, key, message));

export { sha256 };

/**
 * Reads a public key: 33 or 65 bytes in hex (with or without `0x`) or base64.
 *
 * @returns its one form on the wire, 66 lower-case hex digits; undefined when it is no key
 */
export function publicKey(text: string): string | undefined {
  const bytes = hexOrBase64(text);
  if (!bytes || (bytes.length !== 33 && bytes.length !== 65)) return undefined;
  try {
    return hex(secp.Point.fromBytes(bytes).toBytes(true));
  } catch {
    return undefined;
  }
}

export const publicKeyOf = (secret: Uint8Array): string => hex(secp.getPublicKey(secret));

/** Signs 32 bytes as RFC 6979 says, with a low s: 64 bytes. */
export const signDigest = (digest: Uint8Array, secret: Uint8Array): Uint8Array =>
  secp.sign(digest, secret, { prehash: false });

/** What `personal_sign` of Ethereum wallets signs (EIP-191). */
export const personalDigest = (message: Uint8Array): Uint8Array =>
  keccak_256(concat(utf8(`\x19Ethereum Signed Message:\n${message.length}`), message));

/** The address of a key's account at Ethereum: `0x` and 40 hex digits. */
export const ethereumAddress = (key: string): string =>
  `0x${hex(keccak_256(secp.Point.fromHex(key).toBytes(false).subarray(1)).subarray(12))}`;

/**
 * The key that has made a signature of 65 bytes, r, s and v, over a digest.
 *
 * @returns undefined when none has
 */
export function recover(signature: Uint8Array, digest: Uint8Array): string | undefined {
  const bit = { 0: 0, 1: 1, 27: 0, 28: 1 }[signature[64] ?? -1];
  if (signature.length !== 65 || bit === undefined) return undefined;
  try {
    const recovered = concat(Uint8Array.of(bit), signature.subarray(0, 64));
    return hex(secp.recoverPublicKey(recovered, digest, { prehash: false }));
  } catch {
    return undefined;
  }
}

/** Whether a compact signature or one in DER is the key's over a digest; s may be high. */
export function verifiesDigest(signature: Uint8Array, digest: Uint8Array, key: string): boolean {
  const compact = signature.length === 64 ? signature : fromDer(signature);
  const point = hexOrBase64(key);
  try {
    return !!compact && !!point && secp.verify(compact, digest, point, { prehash: false, lowS: false });
  } catch {
    return false;
  }
}

/** Whether a signature in any accepted form is the key's over a message. */
export const verifies = (signature: Uint8Array, message: Uint8Array, key: string): boolean =>
  signature.length === 65
    ? recover(signature, personalDigest(message)) === key
    : verifiesDigest(signature, sha256(message), key);

/** Reads strict DER: a sequence of two integers, each as short as it can be. */
function fromDer(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = derInteger(der, 2);
  const s = r && derInteger(der, r.end);
  return s && s.end === der.length ? concat(r.value, s.value) : undefined;
}

function derInteger(der: Uint8Array, at: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  const bytes = der.subarray(at + 2, end);
  const [first = 0x80, second = 0] = bytes;
  const padded = first === 0 && length > 1;
  if (der[at] !== 2 || bytes.length !== length || first >= 0x80 || (padded && second < 0x80)) return undefined;
  const value = padded ? bytes.subarray(1) : bytes;
  return value.length > 32 ? undefined : { value: concat(new Uint8Array(32 - value.length), value), end };
}
