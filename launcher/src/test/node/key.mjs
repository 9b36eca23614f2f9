// A fresh key, and its signatures in hex.
import { generateKeyPairSync, sign } from 'node:crypto';

export function freshKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const hex = (coordinate) => Buffer.from(coordinate, 'base64url').toString('hex');
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
  return {
    pubkey: `04${hex(x)}${hex(y)}`,
    sign: (text) => sign('sha256', Buffer.from(text), key).toString('hex'),
  };
}
