import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, keySigner } from '../dist/index.js';
import { address, error, FakeCircle, quick, secretOf, until } from './support/fakecircle.mjs';

const signer = keySigner(secretOf(2));
let number = 0;

async function subscribed(t, options = {}, listener) {
  const circle = new FakeCircle();
  circle.reply = { seq: 10, gap: false };
  circle.methods.subscribe = () => ({ subscription: `s${++number}`, ...circle.reply });
  circle.methods.unsubscribe = () => ({ unsubscribed: true });
  const client = await connect(address, { signer, WebSocket: circle.WebSocket, reconnect: quick, log: () => {} });
  t.after(() => client.close());
  const heard = [];
  const hear = listener ?? ((event) => heard.push(event.data));
  const onGap = ({ after, upTo }) => heard.push(`${after}-${upTo}`);
  const subscription = await client.subscribe('t.*', hear, { onGap, ...options });
  const say = (seq, prev, data = seq, id = `s${number}`) =>
    circle.socket.say({ method: 'event', params: { subscription: id, topic: 't.a', data, seq, prev } });
  const drop = async () => {
    const { length } = circle.sockets;
    circle.socket.lose(1006);
    await until(() => circle.sockets.length > length && client.state.status === 'ready');
  };
  return { circle, client, heard, subscription, say, drop };
}

test('events come in order, each once, and only those of the subscription', async (t) => {
  const { heard, say, subscription } = await subscribed(t);
  say(11, 10);
  say(12, 11);
  say(12, 11);
  say(13, 12, 'of another', 'other');
  say(14, 12);
  await until(() => heard.length === 3);
  assert.deepEqual(heard, [11, 12, 14]);
  assert.equal(subscription.seq, 10);
  assert.equal(subscription.last, 14);
});

test('an event that comes right behind the reply is not lost', async (t) => {
  const circle = new FakeCircle();
  circle.methods.subscribe = (_, socket) => {
    queueMicrotask(() => queueMicrotask(() => socket.say({ method: 'event', params: { subscription: 's', topic: 't', data: 1, seq: 2, prev: 1 } })));
    return { subscription: 's', seq: 1, gap: false };
  };
  const client = await connect(address, { WebSocket: circle.WebSocket });
  t.after(() => client.close());
  const heard = [];
  await client.subscribe('t', ({ data }) => heard.push(data));
  await until(() => heard.length === 1);
});

test('an answer to a subscription that is not as it should be fails it, and nothing else', async (t) => {
  const { circle, client } = await subscribed(t);
  circle.methods.subscribe = () => ({ subscription: 's' });
  await assert.rejects(client.subscribe('u', () => {}), { name: 'BadReplyError' });
  assert.equal((await client.whoami()).authenticated, true);
  assert.equal(circle.sockets.length, 1);
});

test('after a loss it goes on from the last number', async (t) => {
  const { circle, heard, say, drop } = await subscribed(t);
  say(11, 10);
  await drop();
  const asked = circle.heard.filter((one) => one.method === 'subscribe').map((one) => one.params);
  assert.deepEqual(asked, [{ topic: 't.*' }, { topic: 't.*', after: 11 }]);
  say(11, 10);
  say(15, 11);
  await until(() => heard.length === 2);
  assert.deepEqual(heard, [11, 15]);
});

test('a gap is told in its place, and what is kept comes behind it', async (t) => {
  const { circle, heard, say, drop } = await subscribed(t);
  say(11, 10);
  circle.reply = { seq: 50, gap: true };
  await drop();
  say(40, 11);
  say(41, 40);
  say(60, 55);
  await until(() => heard.length === 6);
  assert.deepEqual(heard, [11, '11-50', 40, 41, '50-55', 60]);
});

test('numbers that begin anew are told, and heard', async (t) => {
  const { circle, heard, say, drop } = await subscribed(t);
  say(11, 10);
  circle.reply = { seq: 3, gap: true };
  await drop();
  say(4, 3);
  await until(() => heard.length === 3);
  assert.deepEqual(heard, [11, '11-3', 4]);
});

test('a subscription that the circle does not restore has ended, and the client goes on', async (t) => {
  const { circle, client, heard, drop } = await subscribed(t);
  circle.methods.subscribe = () => Promise.reject(error('forbidden', -32003));
  await drop();
  await until(() => heard.length === 1);
  assert.deepEqual(heard, ['10-Infinity']);
  assert.equal((await client.whoami()).authenticated, true);
  await drop();
  assert.equal(circle.count('subscribe'), 2);
});

test('a slow listener loses events beyond a bound, and is told which', async (t) => {
  let go;
  const told = [];
  const listener = (event) => {
    told.push(event.seq);
    return event.seq === 11 ? new Promise((resolve) => (go = resolve)) : undefined;
  };
  const gaps = [];
  const { say } = await subscribed(t, { onGap: (gap) => gaps.push(gap) }, listener);
  say(11, 10);
  await until(() => go);
  const big = 'x'.repeat(1 << 20);
  for (let seq = 12; seq < 20; seq++) say(seq, seq - 1, big);
  go();
  await until(() => gaps.length === 1);
  assert.deepEqual(told, [11, 12, 13, 14]);
  assert.deepEqual(gaps, [{ after: 14, upTo: 19 }]);
  say(20, 19);
  await until(() => told.at(-1) === 20);
});

test('what a listener throws does not stop the next event', async (t) => {
  const told = [];
  const { say } = await subscribed(t, {}, ({ seq }) => {
    told.push(seq);
    throw new Error('a bug');
  });
  say(11, 10);
  say(12, 11);
  await until(() => told.length === 2);
});

test('closed, it asks for no more and hears nothing', async (t) => {
  const { circle, heard, subscription, say, drop } = await subscribed(t);
  await subscription.close();
  assert.equal(circle.count('unsubscribe'), 1);
  say(11, 10);
  await drop();
  assert.deepEqual(heard, []);
  assert.equal(circle.count('subscribe'), 1);
  await subscription.close();
});

test('without a listener the events are iterated, and leaving the loop closes it', async (t) => {
  const { circle, client } = await subscribed(t);
  const subscription = await client.subscribe('u');
  const id = `s${number}`;
  for (let seq = 11; seq < 15; seq++) {
    circle.socket.say({ method: 'event', params: { subscription: id, topic: 'u', data: seq, seq, prev: seq - 1 } });
  }
  const seen = [];
  for await (const { data } of subscription) {
    seen.push(data);
    if (data === 13) break;
  }
  assert.deepEqual(seen, [11, 12, 13]);
  assert.equal(circle.count('unsubscribe'), 1);
});

test('an iteration ends with the client, saying why', async (t) => {
  const { client } = await subscribed(t);
  const subscription = await client.subscribe('u');
  const iterating = (async () => {
    for await (const _ of subscription);
  })();
  await client.close();
  await assert.rejects(iterating, { closeCode: 1000 });
});

test('a notification that nobody takes comes to `on`', async (t) => {
  const { circle, client } = await subscribed(t);
  const heard = [];
  const off = client.on('server_draining', ({ deadline_ms: ms }) => heard.push(ms));
  circle.socket.say({ method: 'server_draining', params: { deadline_ms: 5 } });
  off();
  circle.socket.say({ method: 'server_draining', params: { deadline_ms: 6 } });
  assert.deepEqual(heard, [5]);
});
