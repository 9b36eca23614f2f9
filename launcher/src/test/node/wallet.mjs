// Logs in as an Ethereum wallet does (personal_sign), with string ids, positional params and batches.
import { keccak_256 } from '@noble/hashes/sha3.js';
import { getPublicKey, signAsync, utils } from '@noble/secp256k1';
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2]);
await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
const answer = () => new Promise((resolve) => socket.once('message', (data) => resolve(JSON.parse(data))));
const ask = (message) => {
  socket.send(JSON.stringify(message));
  return answer();
};

function personalMessage(text) {
  const bytes = Buffer.from(text);
  return keccak_256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes]));
}

const secret = utils.randomSecretKey();
const pubkey = '0x' + Buffer.from(getPublicKey(secret, false)).toString('hex');
const { result } = await ask({ jsonrpc: '2.0', id: 'nonce', method: 'fetch_nonce', params: [pubkey] });
const recovered = await signAsync(personalMessage(result.nonce), secret, { prehash: false, format: 'recovered' });
const v = 27 + recovered[0];
const signature = '0x' + Buffer.from([...recovered.slice(1), v]).toString('hex');

const batch = await ask([
  { jsonrpc: '2.0', id: 'log-in', method: 'authenticate', params: [{ pubkey, signature }] },
  { jsonrpc: '2.0', method: 'whoami' },
  { jsonrpc: '2.0', id: 'play', method: 'play', params: ['args.join("-")', ['a', 'b']] },
]);
console.log(JSON.stringify(batch.map(({ id, result: r, error }) => [id, r?.output ?? r?.authenticated ?? error]).sort()));
socket.close();
