// Logs in and plays with the generated client. It is compiled along with the client, so the types are tested too.
import { generateKeyPairSync, sign } from 'crypto';
import Circles from './index';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
const { x, y } = publicKey.export({ format: 'jwk' });
const hex = (coordinate: string) => Buffer.from(coordinate, 'base64url').toString('hex');
const pubkey = `04${hex(x!)}${hex(y!)}`;
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;

async function main(url: URL): Promise<void> {
  const { hostname, port, pathname } = url;
  const client = new Circles({ transport: { type: 'websocket', host: hostname, port: Number(port), path: pathname } });
  client.setDefaultTimeout(30_000);
  const { nonce } = await client.fetch_nonce(pubkey);
  const signature = sign('sha256', Buffer.from(nonce), key).toString('hex');
  const { authenticated } = await client.authenticate(pubkey, signature);
  const { roles } = await client.whoami();
  const { output, logs } = await client.play('console.log(args.a); args.a + args.b', { a: 2, b: 3 });
  const refused = await client.play('nope()').catch((error) => error);
  const { openrpc } = await client['rpc.discover']();
  console.log(authenticated, roles.join(), output, logs[0].message, refused.code, openrpc);
}

// the library's timers would keep the process waiting
main(new URL(process.argv[2])).then(() => process.exit());
