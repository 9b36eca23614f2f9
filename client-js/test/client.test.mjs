import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, Connection } from '../dist/connection.js';
import { connect, CircleError, ConnectionLostError, DialError, keySigner, RequestTimeoutError, SignerUnavailableError, UntrustedCircleError } from '../dist/index.js';
import { settingsOf } from '../dist/options.js';
import { Session } from '../dist/session.js';
import { ConnectionState } from '../dist/state.js';
import { address, error, FakeCircle, played, quick, secretOf, until } from './support/fakecircle.mjs';

const signer = keySigner(secretOf(2));

async function connected(t, { circle = new FakeCircle(), ...options } = {}) {
  const states = [];
  const client = await connect(address, {
    signer,
    WebSocket: circle.WebSocket,
    reconnect: quick,
    onState: (state) => states.push(state.status),
    log: () => {},
    ...options,
  });
  t.after(() => client.close());
  return { circle, client, states };
}

const never = () => undefined;

test('it logs in, plays, calls and asks who it is', async (t) => {
  const { circle, client, states } = await connected(t);
  circle.methods.play = ({ script, args }) => played(`${script} ${args.x}`);
  circle.methods.call = (params) => played(params.function);
  assert.equal((await client.play('twice', { x: 1 })).value, 'twice 1');
  assert.equal((await client.call('visit')).output, 'visit');
  assert.equal((await client.whoami()).pubkey, signer.publicKey);
  assert.equal(client.circle, (await client.whoami()).circle);
  assert.deepEqual(states, ['connecting', 'ready']);
});

test('without a signer it stays anonymous and signs nothing', async (t) => {
  const { circle, client } = await connected(t, { signer: undefined });
  assert.equal((await client.whoami()).authenticated, false);
  assert.equal(circle.count('fetch_nonce'), 0);
});

test('what the circle answers is an error with its kind', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = () => Promise.reject(error('script_error', -32000));
  await assert.rejects(client.play('x'), (e) => e instanceof CircleError && e.kind === 'script_error' && !e.retryable && e.code === -32000);
});

test('a nonce for another origin is not signed, and ends it', async () => {
  const circle = new FakeCircle();
  circle.nonce = { change: (lines) => lines.map((l) => l.replace('9001', '9002')) };
  const asked = [];
  const careful = { publicKey: signer.publicKey, sign: (m) => asked.push(m) };
  await assert.rejects(connect(address, { signer: careful, WebSocket: circle.WebSocket }), UntrustedCircleError);
  assert.equal(asked.length, 0);
  assert.equal(circle.count('authenticate'), 0);
  assert.equal(circle.dials, 1);
});

test('another circle than the one that is named is not signed for', async () => {
  const circle = new FakeCircle();
  const options = { signer, WebSocket: circle.WebSocket, circle: signer.publicKey };
  await assert.rejects(connect(address, options), { name: 'UntrustedCircleError', line: 'circle' });
  await assert.rejects(connect(`${address}/${signer.publicKey}`, { ...options, circle: undefined }), { line: 'circle' });
});

test('what a signer throws ends it; one that is only away is asked again', async (t) => {
  const refusal = new Error('the owner said no');
  const no = { publicKey: signer.publicKey, sign: () => Promise.reject(refusal) };
  await assert.rejects(connect(address, { signer: no, WebSocket: new FakeCircle().WebSocket }), refusal);
  let asked = 0;
  const away = {
    publicKey: signer.publicKey,
    sign: (message) => {
      if (++asked < 3) throw new SignerUnavailableError('unplugged');
      return signer.sign(message);
    },
  };
  await connected(t, { signer: away, reconnect: { ...quick, patienceMs: 60_000 } });
  assert.equal(asked, 3);
});

test('a signer that signs something else is told so, and nothing is sent', async () => {
  const circle = new FakeCircle();
  const other = { publicKey: signer.publicKey, sign: (m) => keySigner(secretOf(3)).sign(m) };
  await assert.rejects(connect(address, { signer: other, WebSocket: circle.WebSocket }), /signed with another/);
  assert.equal(circle.count('authenticate'), 0);
});

test('the first connection fails at once, unless there is patience', async (t) => {
  const circle = new FakeCircle();
  circle.refusing = true;
  await assert.rejects(connect(address, { WebSocket: circle.WebSocket }), DialError);
  assert.equal(circle.dials, 1);
  const soon = connected(t, { circle, reconnect: { ...quick, patienceMs: 60_000 } });
  await until(() => circle.dials > 3);
  circle.refusing = false;
  await soon;
});

test('connecting can be given up', async () => {
  const circle = new FakeCircle();
  circle.methods.fetch_nonce = never;
  const giveUp = new AbortController();
  const connecting = connect(address, { signer, WebSocket: circle.WebSocket, signal: giveUp.signal });
  await until(() => circle.count('fetch_nonce'));
  giveUp.abort(new Error('enough'));
  await assert.rejects(connecting, /enough/);
});

test('a request in flight at a loss fails as one that may have been done; the next waits and is made', async (t) => {
  const { circle, client, states } = await connected(t);
  circle.methods.play = never;
  const lost = client.play('x');
  await until(() => circle.count('play') === 1);
  circle.socket.lose(1012, 'stopping');
  await assert.rejects(lost, (e) => e instanceof ConnectionLostError && e.mayHaveBeenDone && e.retryable && e.closeCode === 1012);
  circle.methods.play = () => played(2);
  assert.equal((await client.play('y')).value, 2);
  assert.equal(circle.count('play'), 2);
  assert.equal(circle.count('authenticate'), 2);
  assert.deepEqual(states, ['connecting', 'ready', 'waiting', 'connecting', 'ready']);
});

test('a request with an idempotency key is sent again with that key', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = (_, socket) => (circle.sockets.length < 3 ? void setTimeout(() => socket.lose(1006)) : played(3));
  assert.equal((await client.play('x', null, { idempotent: true })).value, 3);
  const keys = circle.heard.filter((one) => one.method === 'play').map((one) => one.params.idempotency_key);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(keys[0], /^[0-9a-f]{32}$/);
});

test('what a stopping circle refuses is made on the next connection', async (t) => {
  const { circle, client } = await connected(t);
  const first = circle.socket;
  circle.methods.play = (_, socket) => (socket === first ? Promise.reject(error('busy', -32009, true)) : played(1));
  const racing = client.play('x');
  first.say({ method: 'server_draining', params: { deadline_ms: 1000 } });
  await until(() => circle.count('play') === 1);
  const later = client.play('y');
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(circle.count('play'), 1); // held back
  first.lose(1012);
  assert.equal((await racing).value, 1);
  assert.equal((await later).value, 1);
});

test('a timeout cancels on the circle, and the connection stays', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = never;
  await assert.rejects(client.play('x', null, { timeoutMs: 20 }), RequestTimeoutError);
  const { id } = circle.heard.find((one) => one.method === 'play');
  assert.deepEqual(circle.heard.at(-1).params, { id });
  assert.equal(circle.heard.at(-1).method, 'cancel');
  assert.equal((await client.whoami()).authenticated, true);
});

test('a signal cancels on the circle, with the reason of the caller', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.call = never;
  const stop = new AbortController();
  const call = client.call('slow', null, { signal: stop.signal });
  await until(() => circle.count('call'));
  stop.abort(new Error('changed my mind'));
  await assert.rejects(call, /changed my mind/);
  assert.equal(circle.count('cancel'), 1);
  await assert.rejects(client.call('slow', null, { signal: stop.signal }), /changed my mind/);
  assert.equal(circle.count('call'), 1);
});

test('a late answer is dropped', async (t) => {
  const { circle, client } = await connected(t);
  let answer;
  circle.methods.play = () => new Promise((resolve) => (answer = resolve));
  await assert.rejects(client.play('x', null, { timeoutMs: 20 }), RequestTimeoutError);
  answer(played(1));
  assert.equal((await client.whoami()).authenticated, true);
  assert.equal(circle.sockets.length, 1);
});

test('a half-open connection is noticed and replaced', async (t) => {
  const { circle, client, states } = await connected(t, { keepAliveMs: 30 });
  circle.methods.whoami = (params, socket) => (socket === circle.sockets[0] ? undefined : circle._whoami(params, socket));
  await until(() => circle.sockets.length === 2 && client.state.status === 'ready');
  assert.ok(states.includes('waiting'));
});

test('a silent circle that answers is kept', async (t) => {
  const { circle } = await connected(t, { keepAliveMs: 10 });
  await until(() => circle.count('whoami') > 5);
  assert.equal(circle.sockets.length, 1);
});

test('waits double up to a bound, and are anything below', () => {
  const bound = (attempt) => backoffMs(attempt, { firstMs: 1000, longestMs: 30_000 }, 1);
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 2000].map(bound), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(backoffMs(3, { firstMs: 1000, longestMs: 30_000 }, 0.5), 2000);
});

/** A connection that waits as long as it may; and how long it has waited. */
function waiting(t, circle, reconnect, ready) {
  const waits = [];
  const settings = { ...settingsOf(address, { WebSocket: circle.WebSocket, reconnect }), random: () => 1 };
  const state = new ConnectionState(({ status, until: end }) => {
    if (status === 'waiting') waits.push(end - Date.now());
    if (status === 'ready') queueMicrotask(() => ready(waits.length));
  });
  const session = new Session(settings, never, never);
  const connection = new Connection(settings, state, session, never);
  t.after(() => connection.close());
  return { connection, waits };
}

test('a circle that drops its clients as soon as they are there is not dialled again and again', async (t) => {
  const circle = new FakeCircle();
  const { connection, waits } = waiting(t, circle, { firstMs: 20, longestMs: 600_000 }, () => circle.socket.lose(1012));
  await connection.start();
  await until(() => waits.length === 5);
  assert.ok(waits[4] > 100, waits);
});

test('waits begin anew when a connection has lasted for the longest wait', async (t) => {
  const circle = new FakeCircle();
  let lasting;
  const ready = (times) => (times < 4 ? circle.socket.lose(1012) : (lasting = performance.now()));
  const { connection, waits } = waiting(t, circle, { firstMs: 50, longestMs: 200 }, ready);
  await connection.start();
  await until(() => lasting && performance.now() - lasting > 250);
  circle.socket.lose(1012);
  await until(() => waits.length === 5);
  assert.ok(waits[3] > 100 && waits[4] <= 50, waits);
});

test('a session is renewed before it expires, on the circle\'s clock', async (t) => {
  const circle = new FakeCircle();
  const skew = 40 * 365 * 86_400_000; // a machine whose clock is forty years behind
  circle.clock = () => Date.now() + skew;
  circle.sessionSeconds = 2;
  const { client } = await connected(t, { circle });
  await until(() => circle.count('authenticate') >= 2);
  assert.equal(circle.sockets.length, 1);
  assert.equal((await client.whoami()).authenticated, true);
});

for (const hours of [-12, -1, 1, 12]) {
  test(`a circle whose clock differs by ${hours} hours is logged in to, and renewed in time`, async (t) => {
    const circle = new FakeCircle();
    circle.clock = () => Date.now() + hours * 3_600_000;
    circle.sessionSeconds = 3;
    await connected(t, { circle });
    await until(() => circle.count('authenticate') >= 2);
    assert.equal(circle.sockets.length, 1);
  });
}

test('a circle whose sessions end before they begin does not keep the signer busy', async (t) => {
  const start = performance.now();
  const circle = new FakeCircle();
  circle.sessionSeconds = -100;
  await connected(t, { circle });
  await until(() => circle.count('authenticate') > 3);
  const logIns = circle.count('authenticate');
  assert.ok(logIns <= (performance.now() - start) / 95 + 1, logIns); // timers may be a little early
});

test('an expired session is made anew on the same connection, and what met it is sent again', async (t) => {
  const { circle, client } = await connected(t);
  let plays = 0;
  circle.methods.play = (_, socket) => {
    if (++plays > 1) return played(plays);
    socket.say({ method: 'session_expired', params: { pubkey: signer.publicKey, expired_at: 1 } });
    throw error('session_expired', -32004);
  };
  assert.equal((await client.play('x')).value, 2);
  assert.equal(circle.count('authenticate'), 2);
  assert.equal(circle.sockets.length, 1);
});

test('a session that expires while it is renewed is renewed once, and what ended with it is restored', async (t) => {
  const circle = new FakeCircle();
  circle.sessionSeconds = 2;
  circle.methods.subscribe = () => ({ subscription: 's', seq: 1, gap: false });
  const { client } = await connected(t, { circle });
  await client.subscribe('t', never);
  const held = [];
  circle.methods.fetch_nonce = (params, socket) =>
    new Promise((resolve) => held.push(() => resolve(circle._fetch_nonce(params, socket))));
  await until(() => held.length);
  assert.equal((await client.whoami()).authenticated, true); // nothing waits for the new session yet
  circle.socket.say({ method: 'session_expired', params: { pubkey: signer.publicKey, expired_at: 1 } });
  const play = client.play('x');
  circle.methods.play = () => played(1);
  circle.sessionSeconds = null;
  await new Promise((resolve) => setTimeout(resolve)); // for a second nonce, if one is asked for
  for (const answer of held) answer();
  assert.equal((await play).value, 1);
  assert.equal(circle.count('authenticate'), 2);
  assert.equal(circle.count('subscribe'), 2);
  assert.equal(circle.sockets.length, 1);
});

test('a log-in that is refused ends it', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.authenticate = () => Promise.reject(error('invalid_credentials', -32002));
  circle.socket.lose(1006);
  await until(() => client.state.status === 'closed');
  assert.equal(client.state.why.kind, 'invalid_credentials');
  await assert.rejects(client.play('x'), { name: 'ConnectionLostError', mayHaveBeenDone: false });
});

test('another circle at the same place ends it, also without a key that was named', async (t) => {
  const { circle, client } = await connected(t);
  circle.secret = secretOf(9);
  circle.socket.lose(1006);
  await until(() => client.state.status === 'closed');
  assert.equal(client.state.why.line, 'circle');
});

test('after close nothing is dialled, and requests fail', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = never;
  const open = client.play('x');
  await until(() => circle.count('play'));
  await Promise.all([client.close(), assert.rejects(open, { closeCode: 1000 })]);
  await assert.rejects(client.whoami(), { closeCode: 1000 });
  assert.equal(circle.dials, 1);
});

test('without reconnecting, a loss is the end', async (t) => {
  const { circle, client } = await connected(t, { reconnect: { again: false } });
  circle.socket.lose(1006);
  assert.equal(client.state.status, 'closed');
  assert.equal(client.state.why.closeCode, 1006);
});

test('a logged-out client comes back as an anonymous one', async (t) => {
  const { circle, client } = await connected(t);
  await client.logout();
  circle.socket.lose(1006);
  assert.equal((await client.whoami()).authenticated, false);
  assert.equal(circle.count('authenticate'), 1);
});

test('foreign ids, garbage and requests are passed over; a hundred in a row end the connection', async (t) => {
  const { circle, client } = await connected(t);
  const senseless = ['nonsense', '[]', '{}', '7', '{"jsonrpc":"2.0","id":99999,"result":1}', '{"jsonrpc":"2.0","id":"x","result":1}', '{"jsonrpc":"2.0","id":null,"error":{}}', '{"jsonrpc":"2.0","id":1,"method":"evil"}', '{"id":1,"result":1}'];
  for (const text of senseless) circle.socket.say(text);
  assert.equal((await client.whoami()).authenticated, true);
  for (let i = 0; i < 100; i++) circle.sockets[0].say('nonsense');
  await until(() => circle.sockets.length === 2);
});

test('an event that lacks what it should have is passed over as other garbage is', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods['Group.create'] = () => 'g';
  await client.relay.create('pair', 2, 1);
  let seq = 0;
  const say = () => circle.sockets[0].say({ method: 'sessionMessage', params: { group_id: 'g', session_id: 's', seq: ++seq } });
  say();
  assert.equal((await client.whoami()).authenticated, true);
  for (let i = 0; i < 100; i++) say();
  await until(() => circle.sockets.length === 2);
});

test('an abort may have the number of the last event, and nothing is skipped after it', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods['Group.create'] = () => 'g';
  circle.methods['Session.join'] = () => ({ kind: 'keygen', uuid: 's', value: null, participants: null });
  const group = await client.relay.create('pair', 2, 1);
  const session = await group.join('s', 'keygen');
  const say = (method, session_id, more) => circle.socket.say({ method, params: { group_id: 'g', session_id, ...more } });
  say('sessionClosed', 'other', { seq: 1, parties: [] });
  say('sessionClosed', 's', { seq: 1, parties: [] });
  say('sessionAborted', 's', { seq: 1, reason: 'it is gone', accused: [], missing: [] });
  await assert.rejects(session.receive(1000), ({ ending }) => ending?.reason === 'it is gone');
  assert.equal(group.after, 1);
  say('sessionClosed', 'other', { seq: 2, parties: [] });
  await until(() => group.after === 2);
});

test('a message that is too long, and a binary one, end the connection', async (t) => {
  const { circle, client } = await connected(t, { maxMessageLength: 5000 });
  circle.socket.say(`"${'x'.repeat(5000)}"`);
  await until(() => circle.sockets.length === 2 && client.state.status === 'ready');
  circle.socket.onmessage({ data: new ArrayBuffer(1) });
  await until(() => circle.sockets.length === 3);
});

test('a result without the form that it should have is an error, not undefined', async (t) => {
  const { circle, client } = await connected(t);
  for (const result of [null, 7, [], {}, { output: 1, logs: [], usage: {} }]) {
    circle.methods.play = () => result;
    await assert.rejects(client.play('x'), { name: 'BadReplyError' });
  }
});

test('so many requests wait and no more, on a connection and for one', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = never;
  const all = Array.from({ length: 1024 }, () => client.play('x').catch((e) => e));
  await until(() => circle.count('play') === 1024);
  await assert.rejects(client.play('x'), (e) => e.kind === 'busy' && e.retryable);
  circle.refusing = true;
  circle.socket.lose(1006);
  assert.ok((await Promise.all(all)).every((e) => e.mayHaveBeenDone));
  const waiting = Array.from({ length: 1024 }, () => client.play('x').catch((e) => e));
  await assert.rejects(client.play('x'), /too many requests wait/);
  await client.close();
  assert.ok((await Promise.all(waiting)).every((e) => e instanceof ConnectionLostError && !e.mayHaveBeenDone));
});

test('what the socket cannot take yet waits, and can still be given up unsent', async (t) => {
  const { circle, client } = await connected(t);
  circle.methods.play = () => played(1);
  circle.socket.bufferedAmount = 5 << 20;
  await assert.rejects(client.play('x', null, { timeoutMs: 30 }), RequestTimeoutError);
  const patient = client.play('y');
  circle.socket.bufferedAmount = 0;
  assert.equal((await patient).value, 1);
  assert.deepEqual(circle.heard.filter((one) => one.method !== 'whoami').at(-1).params.script, 'y');
  assert.equal(circle.count('cancel'), 0);
});

test('options that are none are refused, saying what would be right', async () => {
  for (const [options, says] of [
    [{ signer: { publicKey: 'x', sign: never } }, /33 or 65 bytes/],
    [{ circle: 'x' }, /circle is a secp256k1 key/],
    [{ requestTimeoutMs: 0 }, /more than 0/],
    [{ reconnect: { firstMs: 10, longestMs: 5 } }, /at least firstMs/],
    [{ onSignRequest: { decide: never } }, /signDigest/],
  ]) {
    await assert.rejects(connect(address, { WebSocket: new FakeCircle().WebSocket, ...options }), says);
  }
  await assert.rejects(connect('http://x'), /ws:\/\/ or wss:\/\//);
  assert.throws(() => keySigner('00'), /32 bytes/);
  assert.throws(() => keySigner(new Uint8Array(32)), /no secret key/);
});
