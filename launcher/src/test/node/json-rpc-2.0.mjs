// The library json-rpc-2.0: params by name, ids that are numbers, a batch with a notification.
import { JSONRPCClient } from 'json-rpc-2.0';
import WebSocket from 'ws';
import { freshKey } from './key.mjs';

const socket = new WebSocket(process.argv[2]);
await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
const client = new JSONRPCClient((message) => socket.send(JSON.stringify(message)));
socket.on('message', (data) => client.receive(JSON.parse(data)));

const { pubkey, sign } = freshKey();
const { nonce } = await client.request('fetch_nonce', { pubkey });
await client.request('authenticate', { credentials: { pubkey, signature: sign(nonce) } });
const played = await client.request('play', { script: 'args.a + args.b', args: { a: 2, b: 3 } });
const refused = await client.request('play', { script: 'nope()' }).catch((error) => error);
const batch = await client.requestAdvanced([
  { jsonrpc: '2.0', id: 1001, method: 'play', params: { script: "'first'" } },
  { jsonrpc: '2.0', method: 'whoami' },
  { jsonrpc: '2.0', id: 'two', method: 'whoami' },
]);
const byId = new Map(batch.map((answer) => [answer.id, answer.result]));
console.log(played.output, refused.code, batch.length, byId.get(1001).output, byId.get('two').roles.join());
socket.close();
