// The library jayson: params by position, ids that are strings, a batch.
import jayson from 'jayson/promise/index.js';
import { freshKey } from './key.mjs';

const client = jayson.Client.websocket({ url: process.argv[2] });
await new Promise((resolve, reject) => client.ws.on('open', resolve).on('error', reject));
const call = async (method, params) => {
  const { result, error } = await client.request(method, params);
  if (error) throw error;
  return result;
};

const { pubkey, sign } = freshKey();
const { nonce } = await call('fetch_nonce', [pubkey]);
await call('authenticate', [pubkey, sign(nonce)]);
const played = await call('play', ['args.join("-")', ['a', 'b']]);
const refused = await call('play', []).catch((error) => error);
const later = (method, params) => client.request(method, params, undefined, false);
const batch = await client.request([later('play', ['6 * 7']), later('nothing', []), later('whoami', [])]);
const outcome = ({ result, error }) => result?.output ?? result?.authenticated ?? error.code;
console.log(played.output, refused.code, batch.map(outcome).map(String).sort().join(' '));
client.ws.close();
