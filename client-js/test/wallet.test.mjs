import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, unhex } from '../dist/bytes.js';
import { connect, walletSigner } from '../dist/index.js';
import { ethereumAddress, personalDigest, publicKeyOf, recover, signDigest } from '../dist/keys.js';
import { address, FakeCircle, secretOf } from './support/fakecircle.mjs';

const key = publicKeyOf(secretOf(2));
const account = ethereumAddress(key);

/** As `window.ethereum`: its owner agrees to everything. */
function wallet(secret = secretOf(2)) {
  const texts = [];
  return {
    texts,
    async request({ method, params }) {
      if (method === 'eth_requestAccounts') return [ethereumAddress(publicKeyOf(secretOf(2)))];
      assert.equal(method, 'personal_sign');
      const message = unhex(params[0]);
      texts.push(new TextDecoder().decode(message));
      const digest = personalDigest(message);
      const signature = signDigest(digest, secret);
      const v = [27, 28].find((one) => recover(Uint8Array.of(...signature, one), digest) === publicKeyOf(secret));
      return `0x${hex(signature)}${v.toString(16)}`;
    },
  };
}

test('a wallet logs in with personal_sign; its key is recovered', async (t) => {
  const owner = wallet();
  const signer = await walletSigner(owner);
  assert.equal(signer.publicKey, key);
  const client = await connect(address, { signer, WebSocket: new FakeCircle().WebSocket });
  t.after(() => client.close());
  assert.equal((await client.whoami()).pubkey, key);
  assert.match(owner.texts[0], /public key/);
  assert.doesNotMatch(owner.texts[0], /^circles /);
  assert.match(owner.texts[1], /^circles authentication v1\n/);
  assert.equal(owner.texts.length, 2);
});

test('with the key given beforehand the owner is asked once less', async () => {
  const owner = wallet();
  const signer = await walletSigner(owner, { publicKey: `0x${key.toUpperCase()}`, account: account.toUpperCase().replace('0X', '0x') });
  assert.equal(signer.publicKey, key);
  assert.deepEqual(owner.texts, []);
});

test('a key that is not the account\'s is refused, and so is what no wallet answers', async () => {
  await assert.rejects(walletSigner(wallet(), { publicKey: publicKeyOf(secretOf(3)) }), /not that of/);
  await assert.rejects(walletSigner(wallet(secretOf(3))), /not that of/);
  await assert.rejects(walletSigner(wallet(), { account: '0x12' }), /40 hex digits/);
  for (const answer of [null, 7, '0x', '0x1234', 'nonsense']) {
    const odd = { request: async ({ method }) => (method === 'eth_requestAccounts' ? [account] : answer) };
    await assert.rejects(walletSigner(odd), /65 bytes/);
  }
  await assert.rejects(walletSigner({ request: async () => [] }), /40 hex digits/);
});

test('the owner\'s refusal comes through', async () => {
  const no = { request: async () => Promise.reject(Object.assign(new Error('User rejected the request.'), { code: 4001 })) };
  await assert.rejects(walletSigner(no, { account }), { code: 4001 });
});

test('a wallet cannot be a device, as it signs no digests', async () => {
  const signer = await walletSigner(wallet());
  const options = { signer, WebSocket: new FakeCircle().WebSocket, onSignRequest: { decide: () => undefined } };
  await assert.rejects(connect(address, options), /signDigest/);
});
