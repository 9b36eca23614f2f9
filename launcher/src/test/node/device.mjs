// A device of the original signing protocol in its two forms, and an application that asks it over HTTP.
import { getPublicKey, sign, utils, verify, hashes } from '@noble/secp256k1';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import WebSocket from 'ws';

hashes.sha256 = sha256;
hashes.hmacSha256 = (key, message) => hmac(sha256, key, message);

const [circle, token] = process.argv.slice(2);
const secret = utils.randomSecretKey();
const pubkey = Buffer.from(getPublicKey(secret)).toString('hex');
const web = circle.replace('ws://', 'http://');
const authorization = `Bearer ${token}`;

async function device(query, answer) {
  const socket = new WebSocket(`${circle}/ws${query}`);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  socket.on('message', (data) => socket.send(answer(data.toString())));
  socket.send(query ? Buffer.from(pubkey, 'hex').toString('base64') : pubkey);
  for (;;) {
    const { connected } = await get(`connected/${pubkey}`);
    if (connected) {
      return socket;
    }
  }
}

const get = async (path) => (await fetch(`${web}/${path}`, { headers: { authorization } })).json();

const signature = (base64) => Buffer.from(sign(Buffer.from(base64, 'base64'), secret)).toString('base64');

async function ask(message) {
  const answer = await fetch(`${web}/sign`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ public_key: pubkey, message: Buffer.from(message).toString('base64') }),
  });
  const { response, signature: signed } = await answer.json();
  const good = verify(Buffer.from(signed, 'base64'), Buffer.from(message), Buffer.from(pubkey, 'hex'));
  return [answer.status, Buffer.from(response, 'base64').toString(), good];
}

async function gone() {
  while ((await get('status')).connections > 0);
}

const results = [];
const plain = await device('', (frame) => `${frame}.${signature(frame)}`);
results.push(...(await Promise.all(['one', 'two', 'three'].map(ask))));
plain.close();
await gone();
const json = await device('?format=json', (frame) => {
  const { id, message } = JSON.parse(frame);
  return JSON.stringify({ id, message, signature: signature(message) });
});
results.push(await ask('four'));
json.close();
await gone();
console.log(JSON.stringify(results));
