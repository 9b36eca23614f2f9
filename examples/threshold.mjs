// An Ed25519 key in three shares, any two of which sign. The key itself is nowhere, at no time. Each party runs
//   node threshold.mjs keygen URL KEY_FILE SHARE_FILE PUBKEY,PUBKEY,PUBKEY [PLACE]
//   node threshold.mjs sign   URL KEY_FILE SHARE_FILE MESSAGE [PLACE]
// The first one prints the place; the others come there.
import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, keyIn } from './connect.mjs';
import { sit } from './sealed.mjs';

const mpc = createRequire(import.meta.url)('@bitgo/wasm-mps');
const [command, url, keyFile, shareFile, what, meeting] = process.argv.slice(2);
const secret = keyIn(keyFile);
const circle = await connect(url, secret);
const hex = (bytes) => Buffer.from(bytes).toString('hex');

async function place(kind, members) {
  if (meeting) {
    const [group_id, session_id] = meeting.split('/');
    await circle.request('Group.join', { group_id });
    return { group_id, session_id, kind };
  }
  const parameters = { parties: 3, threshold: 1 };
  const group_id = await circle.request('Group.create', { label: `threshold.mjs ${kind}`, parameters });
  const session = await circle.request('Session.create', { group_id, kind, participants: members });
  console.log('place', `${group_id}/${session.uuid}`);
  return { group_id, session_id: session.uuid, kind };
}

async function keygen() {
  const members = what.split(',');
  const seat = await sit(circle, await place('keygen', members), secret, members);
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const raw = (key, part) => Buffer.from(key.export({ format: 'jwk' })[part], 'base64url');
  const keys = await seat.exchange(1, raw(publicKey, 'x'));
  const first = mpc.ed25519_dkg_round0_process(seat.number - 1, raw(privateKey, 'd'), keys, randomBytes(32));
  const second = mpc.ed25519_dkg_round1_process(await seat.exchange(2, first.msg), first.state);
  const { share, pk } = mpc.ed25519_dkg_round2_process(await seat.exchange(3, second.msg), second.state);
  const kept = { number: seat.number, members, key: hex(pk), share: hex(share) };
  writeFileSync(shareFile, JSON.stringify(kept), { mode: 0o600 });
  await seat.finish();
  console.log('key', kept.key);
}

async function sign() {
  const { number, members, key, share } = JSON.parse(readFileSync(shareFile));
  const seat = await sit(circle, await place('sign', members), secret, members, number);
  const message = Buffer.from(what);
  const first = mpc.ed25519_dsg_round0_process(Buffer.from(share, 'hex'), 'm', message);
  const second = mpc.ed25519_dsg_round1_process(...(await seat.exchange(1, first.msg)), first.state);
  const third = mpc.ed25519_dsg_round2_process(...(await seat.exchange(2, second.msg)), second.state);
  const signature = mpc.ed25519_dsg_round3_process(...(await seat.exchange(3, third.msg)), third.state);
  await seat.finish();
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key, 'hex').toString('base64url') };
  const right = verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  console.log(right ? 'signature' : 'wrong signature', hex(signature));
}

await (command === 'sign' ? sign() : keygen());
circle.close();
