import WebSocket from 'ws';
import { getPublicKey, signAsync, utils } from '@noble/secp256k1';

const url = process.argv[2] ?? 'ws://127.0.0.1:9001';
const secret = utils.randomSecretKey();
const hex = (bytes) => Buffer.from(bytes).toString('hex');

const socket = new WebSocket(url);
const waiting = new Map();
socket.on('message', (data) => {
  const { id, result, error } = JSON.parse(data);
  const { resolve, reject } = waiting.get(id) ?? {};
  if (error) reject?.(new Error(`${error.code} ${error.message}`));
  else resolve?.(result);
});
await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));

let lastId = 0;
function call(method, params) {
  const id = ++lastId;
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

const pubkey = hex(getPublicKey(secret));
const { nonce } = await call('fetch_nonce', { pubkey });
if (!nonce.startsWith(`circles authentication v1\norigin: ${new URL(url).origin}\n`)) {
  throw new Error(`this nonce was made for somebody else:\n${nonce}`);
}
const signature = hex(await signAsync(Buffer.from(nonce), secret));
await call('authenticate', { pubkey, signature });

const { output } = await call('play', { script: 'let x = 10; x * 2' });
console.log(output);
socket.close();
