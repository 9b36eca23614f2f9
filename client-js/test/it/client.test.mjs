// What a real circle has a part in: wallets, signing, the relay over lost connections, renewal.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hex, unhex } from '../../dist/bytes.js';
import { approve, connect, keySigner, walletSigner } from '../../dist/index.js';
import { ethereumAddress, personalDigest, publicKeyOf, recover, signDigest } from '../../dist/keys.js';
import { randomHex } from '../../dist/options.js';
import { until } from '../support/fakecircle.mjs';
import { serveBehindProxy } from '../support/launcher.mjs';

const patience = 60_000;
const module = `
export function open({ holder }) {
  return sign.request({ key: holder, message: 'open the vault', display: 'Somebody is at the door' });
}
export function onSigned(event) {
  state.set('circle/signed/' + event.id, event.state);
}
export function signed(id) {
  return state.get('circle/signed/' + id) ?? null;
}
export function boom() {
  throw new TypeError('no');
}`;

describe('with a real circle', () => {
  let served;
  const clients = [];
  before(async () => {
    served = await serveBehindProxy({
      module,
      access: { authenticated: ['relay', 'read', 'write', 'play', 'call', 'sign'] },
      limits: { session_ms: 5000 },
    });
  });
  after(async () => {
    for (const client of clients) await client.close();
    await served?.proxy.close();
    await served?.launcher.close();
  });

  async function connected(options = {}) {
    const client = await connect(served.url, {
      signer: keySigner(randomHex(32)),
      circle: served.launcher.circle,
      requestTimeoutMs: patience,
      reconnect: { firstMs: 50, longestMs: 500 },
      ...options,
    });
    clients.push(client);
    return client;
  }

  test('a script runs, its errors come with their place, and any method can be called', async () => {
    const client = await connected();
    const { value, output, usage } = await client.play('args.x * 2', { x: 21 });
    assert.deepEqual([value, output, typeof usage.wall_ms], [42, '42', 'number']);
    await assert.rejects(client.play('\nnothing.at.all'), (e) => e.kind === 'script_error' && e.data.line === 2);
    await assert.rejects(client.call('boom'), (e) => e.kind === 'script_error' && /no/.test(e.message));
    await assert.rejects(client.call('gone'), { kind: 'no_such_function' });
    assert.equal((await client.request('rpc.discover')).info.title, 'Circles');
    assert.equal((await client.request('cancel', { id: 'x' })).cancelled, false);
  });

  test('a wallet is who it says it is', async () => {
    const secret = unhex(randomHex(32));
    const key = publicKeyOf(secret);
    const provider = {
      async request({ method, params }) {
        if (method === 'eth_requestAccounts') return [ethereumAddress(key)];
        const digest = personalDigest(unhex(params[0]));
        const signature = signDigest(digest, secret);
        const v = [27, 28].find((one) => recover(Uint8Array.of(...signature, one), digest) === key);
        return `0x${hex(signature)}${v.toString(16)}`;
      },
    };
    const client = await connected({ signer: await walletSigner(provider) });
    assert.equal((await client.whoami()).pubkey, key);
  });

  test('a device approves what a function asks, also one that came while it was away', async () => {
    const signer = keySigner(randomHex(32));
    const shown = [];
    const decide = (request) => (shown.push(request.display), approve());
    const device = await connected({ signer, onSignRequest: { decide } });
    const asker = await connected();
    const done = (id) => until(async () => (await asker.call('signed', id)).value === 'approved', 'approved', patience);
    const ask = async () => (await asker.call('open', { holder: signer.publicKey }, { idempotent: true })).value;
    await done(await ask());
    served.proxy.cut();
    await done(await ask());
    assert.deepEqual(shown, ['Somebody is at the door', 'Somebody is at the door']);
    assert.equal(device.state.status, 'ready');
  });

  test('a session is renewed in time, again and again, and events go on', async () => {
    const heard = [];
    const client = await connected();
    await client.subscribe('renewed', ({ data }) => heard.push(data));
    const first = (await client.whoami()).expires_at;
    await until(async () => (await client.whoami()).expires_at >= first + 6, 'two renewals', patience);
    await client.play("events.publish('renewed', 1)");
    await until(() => heard.length === 1, 'an event', patience);
  });

  test('parties finish their rounds although all connections are cut in between', async () => {
    const parties = await Promise.all([connected(), connected(), connected()]);
    const group = await parties[0].relay.create('treasury', 3, 1);
    const first = await group.create('keygen', { value: { curve: 'ed25519' } });
    const others = await Promise.all(parties.slice(1).map(async (party) => (await party.relay.join(group.id)).join(first.id, 'keygen')));
    assert.deepEqual(others[0].value, { curve: 'ed25519' });
    const sessions = [first, ...others];
    const numbers = await Promise.all(sessions.map((session) => session.signUp(patience)));
    assert.deepEqual([...numbers].sort(), [1, 2, 3]);
    for (const round of [1, 2, 3]) {
      const collected = sessions.map((session, i) => {
        const mine = session.round(round).broadcast(`${round} of ${numbers[i]}`);
        for (const other of session.parties) if (other !== numbers[i]) mine.to(other, `${round} from ${numbers[i]} to ${other}`);
        return mine.collect(patience);
      });
      served.proxy.cut();
      for (const [i, { broadcasts, direct }] of (await Promise.all(collected)).entries()) {
        const from = [1, 2, 3].filter((n) => n !== numbers[i]);
        assert.deepEqual([...broadcasts], from.map((n) => [n, `${round} of ${n}`]));
        assert.deepEqual([...direct], from.map((n) => [n, `${round} from ${n} to ${numbers[i]}`]));
      }
    }
    await Promise.all(sessions.map((session) => session.finish()));
    await Promise.all(sessions.map((session) => session.awaitClosed(patience)));
    await assert.rejects(first.receive(patience), { name: 'RelaySessionEndedError' });
  });

  test('a session that is aborted ends for all, saying who and why; who is late is named', async () => {
    const parties = await Promise.all([connected(), connected()]);
    const group = await parties[0].relay.create('pair', 2, 1);
    const joined = await parties[1].relay.join(group.id);
    const mine = await group.create('keygen');
    const theirs = await joined.awaitSession(patience);
    const [me, them] = await Promise.all([mine.signUp(patience), theirs.signUp(patience)]);
    await assert.rejects(mine.round(1).broadcast(1).collect(300), { name: 'RelayTimeoutError', missing: [them] });
    const waiting = theirs.receive(patience).then(() => theirs.receive(patience));
    await mine.abort('it cheats', [them]);
    await assert.rejects(waiting, ({ ending }) => ending.reason === 'it cheats' && ending.by === me && ending.accused[0] === them);
    await assert.rejects(theirs.finish(), { name: 'RelaySessionEndedError' });
  });
});
