import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { unbase64, unhex, utf8 } from '../dist/bytes.js';
import { ethereumAddress, personalDigest, publicKey, publicKeyOf, recover, sha256, signDigest, verifies, verifiesDigest } from '../dist/keys.js';
import { secretOf } from './support/fakecircle.mjs';

const key = publicKeyOf(secretOf(1));

function vectors(name, strict) {
  const url = new URL(`vectors/${name}.json`, import.meta.url);
  const { testGroups } = JSON.parse(readFileSync(url, 'utf8'));
  let tried = 0;
  for (const { publicKey: { uncompressed }, tests } of testGroups) {
    const point = publicKey(uncompressed);
    assert.ok(point);
    for (const { tcId, msg, sig, result } of tests) {
      const signature = unhex(sig);
      if (signature.length === 65) continue; // that form says who signed, over another digest
      const right = verifiesDigest(signature, sha256(unhex(msg)), point);
      if (result === 'valid') assert.equal(right, true, `${name} ${tcId}`);
      if (result === 'invalid' && strict(signature)) assert.equal(right, false, `${name} ${tcId}`);
      tried++;
    }
  }
  assert.ok(tried > 200, `${tried} tried`);
}

test('signatures of 64 bytes verify as the vectors of Wycheproof say', () =>
  vectors('ecdsa_secp256k1_sha256_p1363_test', (signature) => signature.length === 64));
test('signatures in DER verify as the vectors of Wycheproof say', () =>
  vectors('ecdsa_secp256k1_sha256_test', (signature) => signature.length !== 64));

test('what is signed is RFC 6979 with a low s', () => {
  const signature = signDigest(sha256(utf8('Satoshi Nakamoto')), secretOf(1));
  assert.equal(
    Buffer.from(signature).toString('hex'),
    '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8' +
      '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  );
  assert.ok(verifies(signature, utf8('Satoshi Nakamoto'), key));
  assert.ok(!verifies(signature, utf8('Satoshi Nakamotp'), key));
});

test('a key is known in every form and has one', () => {
  const compressed = Buffer.from(key, 'hex');
  const uncompressed = '0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' +
    '483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
  for (const text of [key, key.toUpperCase(), `0x${key}`, compressed.toString('base64'), uncompressed]) {
    assert.equal(publicKey(text), key, text);
  }
});

test('what is no key is none', () => {
  for (const text of ['', '00', `05${key.slice(2)}`, key.slice(2), `02${'f'.repeat(64)}`, 'ä', `06${key.slice(2)}`]) {
    assert.equal(publicKey(text), undefined, text);
  }
});

test('an account of Ethereum is the hash of its key', () => {
  assert.equal(ethereumAddress(key), '0x7e5f4552091a69125d5dfcb7b8c2659029395bdf');
});

test('a signature of a wallet shows its key, with v of 0, 1, 27 and 28, and no other', () => {
  // personal_sign of "hello" with the secret key 1
  const digest = personalDigest(utf8('hello'));
  const signature = signDigest(digest, secretOf(1));
  const shown = [0, 1, 27, 28].map((v) => recover(Uint8Array.of(...signature, v), digest));
  assert.deepEqual(shown.filter((one) => one === key).length, 2);
  assert.equal(recover(Uint8Array.of(...signature, 2), digest), undefined);
  assert.equal(recover(signature, digest), undefined);
});

test('base64 is read strictly where it must be', () => {
  assert.deepEqual(unbase64('aGk='), utf8('hi'));
  for (const text of ['aGk', 'aGk==', 'a', 'aG k=', 'aGk-']) assert.equal(unbase64(text), undefined, text);
});
