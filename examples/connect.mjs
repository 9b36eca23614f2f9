// A client of circles for Node: logs in with a key, sends requests, hears events.
import { createPrivateKey } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { getPublicKey, signAsync, utils } from '@noble/secp256k1';

const hex = (bytes) => Buffer.from(bytes).toString('hex');

/** The secret in a file that `circles keygen` has made. */
export function keyIn(file) {
  const { d } = createPrivateKey(readFileSync(file)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(d, 'base64url'));
}

/** Connects and logs in; without a secret as somebody new. */
export async function connect(url, secret = utils.randomSecretKey()) {
  const socket = new WebSocket(url);
  const waiting = new Map();
  const events = new EventEmitter();
  socket.on('message', (data) => {
    const { id, result, error, method, params } = JSON.parse(data);
    if (method) return events.emit(method, params);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(Object.assign(new Error(error.message), error.data, { message: error.message }));
    else resolve?.(result);
  });
  socket.on('close', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the connection was closed with ${code}`));
  });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));

  let lastId = 0;
  function request(method, params) {
    const id = ++lastId;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }

  const pubkey = hex(getPublicKey(secret));
  const { nonce } = await request('fetch_nonce', { pubkey });
  if (!nonce.startsWith(`circles authentication v1\norigin: ${new URL(url).origin}\n`)) {
    throw new Error(`this nonce was made for somebody else:\n${nonce}`);
  }
  await request('authenticate', { pubkey, signature: hex(await signAsync(Buffer.from(nonce), secret)) });
  return { pubkey, request, on: (name, listener) => events.on(name, listener), close: () => socket.close() };
}
