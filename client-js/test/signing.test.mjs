import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, unhex } from '../dist/bytes.js';
import { approve, connect, keySigner, reject } from '../dist/index.js';
import { verifiesDigest } from '../dist/keys.js';
import { address, error, FakeCircle, quick, secretOf, until } from './support/fakecircle.mjs';

const signer = keySigner(secretOf(2));
const soon = () => Math.floor(Date.now() / 1000) + 60;
const wire = (change) => ({
  id: 'r1',
  message: Buffer.from('pay 10').toString('base64'),
  content_type: 'text/plain',
  display: 'Pay?',
  requester: 'http',
  expires_at: soon(),
  digest: 'sha256',
  ...change,
});

async function device(t, decide, options = {}) {
  const circle = new FakeCircle();
  const outcomes = [];
  circle.methods.sign_listen = () => ({ listening: true });
  circle.methods.sign_respond = circle.methods.sign_reject = () => ({ accepted: true });
  const onSignRequest = { decide, ended: ({ id }, outcome) => outcomes.push([id, outcome]) };
  const client = await connect(address, { signer, WebSocket: circle.WebSocket, reconnect: quick, onSignRequest, log: () => {}, ...options });
  t.after(() => client.close());
  const ask = (change) => circle.socket.say({ method: 'sign_request', params: wire(change) });
  const answers = () => circle.heard.filter(({ method }) => /sign_re/.test(method)).map(({ method, params }) => ({ method, ...params }));
  return { circle, client, ask, answers, outcomes };
}

test('what is approved is signed, with the digest that the client has computed', async (t) => {
  let seen;
  const { ask, answers, outcomes } = await device(t, (request) => ((seen = request), approve()));
  ask();
  await until(() => outcomes.length);
  const [{ method, signature }] = answers();
  assert.equal(method, 'sign_respond');
  assert.ok(verifiesDigest(unhex(signature), seen.digest, signer.publicKey));
  assert.equal(outcomes[0][1].outcome, 'answered');
});

test('what is rejected is told with its reason', async (t) => {
  const { ask, answers, outcomes } = await device(t, () => reject('not today'));
  ask();
  await until(() => outcomes.length);
  assert.deepEqual(answers(), [{ method: 'sign_reject', id: 'r1', reason: 'not today' }]);
  assert.throws(() => reject('x'.repeat(1001)), /1000/);
});

test('a log-in in disguise never comes before the application', async (t) => {
  let asked = 0;
  const { ask, answers } = await device(t, () => (asked++, approve()));
  ask({ message: Buffer.from('circles authentication v1\n').toString('base64') });
  await until(() => answers().length);
  assert.equal(answers()[0].method, 'sign_reject');
  assert.match(answers()[0].reason, /only this protocol itself/);
  assert.equal(asked, 0);
});

test('an expired one is rejected by the circle\'s clock', async (t) => {
  const { ask, answers } = await device(t, approve);
  ask({ expires_at: soon() - 100 });
  await until(() => answers().length);
  assert.equal(answers()[0].reason, 'it has expired');
});

test('what the handler throws rejects without saying why', async (t) => {
  const { ask, answers, outcomes } = await device(t, () => Promise.reject(new Error('a secret')));
  ask();
  await until(() => outcomes.length);
  assert.equal(answers()[0].reason, 'the signer failed');
});

test('one that has ended meanwhile is not answered, and the handler is told to stop', async (t) => {
  let signal;
  const { circle, ask, answers, outcomes } = await device(t, (_, gone) => ((signal = gone), new Promise(() => {})));
  ask();
  await until(() => signal);
  circle.socket.say({ method: 'sign_closed', params: { id: 'r1', state: 'cancelled' } });
  await until(() => outcomes.length);
  assert.deepEqual(outcomes[0][1], { outcome: 'closed', state: 'cancelled' });
  assert.ok(signal.aborted);
  assert.deepEqual(answers(), []);
});

test('the same request that comes again is asked about once', async (t) => {
  let asked = 0;
  const { ask, outcomes } = await device(t, async () => (asked++, await new Promise((r) => setTimeout(r, 20)), approve()));
  ask();
  ask();
  await until(() => outcomes.length);
  assert.equal(asked, 1);
});

test('sixteen are asked about at once', async (t) => {
  const waiting = [];
  const { ask, outcomes } = await device(t, () => new Promise((resolve) => waiting.push(() => resolve(approve()))));
  for (let i = 0; i < 20; i++) ask({ id: `r${i}` });
  await until(() => waiting.length === 16);
  waiting.shift()();
  await until(() => outcomes.length === 1 && waiting.length === 16);
  while (waiting.length > 0 || outcomes.length < 20) {
    waiting.splice(0).forEach((go) => go());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
});

test('more than fits is left to other devices', async (t) => {
  const { ask, answers } = await device(t, () => new Promise(() => {}));
  for (let i = 0; i < 300; i++) ask({ id: `r${i}`, digest: i < 256 ? 'sha256' : 'unknown' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(answers(), []);
});

test('a device listens again after a loss, and is asked again', async (t) => {
  const asked = [];
  const { circle, client, ask, outcomes } = await device(t, ({ id }) => (asked.push(id), asked.length === 1 ? new Promise(() => {}) : approve()));
  ask();
  await until(() => asked.length === 1);
  circle.socket.lose(1006);
  await until(() => circle.sockets.length === 2 && client.state.status === 'ready');
  assert.equal(circle.count('sign_listen'), 2);
  assert.equal(outcomes[0][1].outcome, 'failed');
  ask();
  await until(() => outcomes.length === 2);
  assert.equal(outcomes[1][1].outcome, 'answered');
});

test('an answer that meets an expired session is given in the next', async (t) => {
  const { circle, ask, outcomes } = await device(t, approve);
  let tries = 0;
  circle.methods.sign_respond = () => (++tries === 1 ? Promise.reject(error('session_expired', -32004)) : { accepted: true });
  ask();
  await until(() => outcomes.length);
  assert.equal(outcomes[0][1].outcome, 'answered');
  assert.equal(circle.count('authenticate'), 2);
});

test('a signature that is not the key\'s is not sent', async (t) => {
  const other = { ...signer, signDigest: (digest) => keySigner(secretOf(3)).signDigest(digest) };
  const { ask, answers, outcomes } = await device(t, approve, { signer: other });
  ask();
  await until(() => outcomes.length);
  assert.equal(answers()[0].method, 'sign_reject');
});

test('ids that cannot be answered are passed over', async (t) => {
  const { circle, ask, answers } = await device(t, approve);
  for (const id of ['', 'a b', 'x'.repeat(129), 7, null]) ask({ id });
  circle.socket.say({ method: 'sign_closed', params: { id: 'unknown', state: 'expired' } });
  ask({ id: 'good' });
  await until(() => answers().length);
  assert.deepEqual(answers().map(({ id }) => id), ['good']);
  assert.equal(hex(new Uint8Array([255])), 'ff');
});
