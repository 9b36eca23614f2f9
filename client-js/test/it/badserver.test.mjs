// Over real sockets: servers that do not keep to the protocol, and names that are not found.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import net from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { connect, DialError, keySigner } from '../../dist/index.js';
import { FakeCircle, played, quick, secretOf, until } from '../support/fakecircle.mjs';

const dns = createRequire(import.meta.url)('node:dns');
const signer = keySigner(secretOf(2));
const host = 'circle.test';

let server;
let circle;
before(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (ws) => {
    const socket = { ws, say: (message) => ws.send(JSON.stringify({ jsonrpc: '2.0', ...message })) };
    circle.sockets.push(socket);
    ws.on('message', (text) => circle.take(socket, JSON.parse(text)));
    ws.on('error', () => {});
  });
  await new Promise((resolve) => server.on('listening', resolve));
});
after(() => {
  for (const ws of server.clients) ws.terminate();
  server.close();
});
beforeEach(() => (circle = new FakeCircle()));

async function connected(t, { name = '127.0.0.1', ...options } = {}) {
  const { port } = server.address();
  circle.nonce = { change: (lines) => lines.map((line) => line.replace('127.0.0.1:9001', `${name}:${port}`)) };
  const states = [];
  const client = await connect(`ws://${name}:${port}`, {
    signer,
    reconnect: quick,
    onState: (state) => states.push(state),
    log: () => {},
    ...options,
  });
  t.after(() => client.close());
  return { client, states };
}

/** Writes bytes past the server's own WebSocket. */
const raw = (...bytes) => circle.socket.ws._socket.write(Buffer.from(bytes));

/** A frame's head that announces a text of so many bytes. */
function head(length) {
  const bytes = Buffer.alloc(10);
  bytes.writeUInt16BE(0x817f);
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

async function comesBack(client) {
  await until(() => circle.sockets.length === 2 && client.state.status === 'ready');
  circle.methods.play = () => played('back');
  assert.equal((await client.play('x')).value, 'back');
}

const broken = {
  'an unknown kind of frame': () => raw(0xff, 0x7f, 1, 2),
  'a frame with a mask': () => raw(0x81, 0x81, 1, 2, 3, 4, 5),
  'a text that is not UTF-8': () => raw(0x81, 1, 0xff),
  'half a frame, and then nothing more': () => {
    raw(...head(1000), 0x7b);
    circle.socket.ws._socket.end();
  },
  'no frame at all': () => circle.socket.ws._socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'a frame of more than may come': () => raw(...head(2 ** 40)),
};
for (const [what, send] of Object.entries(broken)) {
  test(`a server that sends ${what} is left, and dialled again`, async (t) => {
    const { client, states } = await connected(t);
    circle.methods.play = () => undefined;
    const play = client.play('x');
    play.catch(() => {});
    await until(() => circle.count('play'));
    send();
    await assert.rejects(play, { name: 'ConnectionLostError', mayHaveBeenDone: true });
    await comesBack(client);
    assert.ok(states.every(({ status }) => status !== 'closed'));
  });
}

test('a server that breaks the protocol, and then neither closes nor agrees to a close, is not waited for', async (t) => {
  let dials = 0;
  const deaf = net.createServer({ allowHalfOpen: true }, (socket) => {
    dials++;
    socket.on('error', () => {});
    socket.once('data', (head) => {
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(head)[1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
      socket.write(Buffer.from([0xff, 0x7f, 1, 2]));
    });
  });
  await new Promise((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  t.after(() => deaf.close());
  const start = performance.now();
  const client = await connect(`ws://127.0.0.1:${deaf.address().port}`, { reconnect: quick, log: () => {} });
  t.after(() => client.close());
  await until(() => dials === 2);
  assert.ok(performance.now() - start < 20_000, 'ws alone waits for half a minute');
});

test('a message is too long before all of it has come', async (t) => {
  const { client } = await connected(t, { maxMessageLength: 5000 });
  raw(...head(15_001));
  await comesBack(client);
});

/** What the machine knows names as; those under `.test` (RFC 6761) as the tests say. */
async function withNames(known, what) {
  const { lookup } = dns;
  dns.lookup = (name, options, callback) => {
    if (name !== host) return lookup(name, options, callback);
    if (!known.has(name)) return process.nextTick(callback, Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
    process.nextTick(callback, null, options.all ? [{ address: '127.0.0.1', family: 4 }] : '127.0.0.1', 4);
  };
  try {
    await what();
  } finally {
    dns.lookup = lookup;
  }
}

test('a name that is not found any more is waited for, and asked for again', async (t) => {
  const known = new Set([host]);
  await withNames(known, async () => {
    const { client, states } = await connected(t, { name: host });
    known.clear();
    circle.socket.ws.terminate();
    const notFound = ({ status, why }) => status === 'waiting' && why instanceof DialError && /the host circle\.test is not found/.test(why.message);
    await until(() => states.filter(notFound).length > 2);
    known.add(host);
    await comesBack(client);
    assert.ok(states.every(({ status }) => status !== 'closed'));
  });
});

test('the first connect says which host is not found', async (t) => {
  await withNames(new Set(), async () => {
    await assert.rejects(connected(t, { name: host }), (e) => e instanceof DialError && /: the host circle\.test is not found$/.test(e.message));
  });
  await assert.rejects(connect('ws://no-such-host.invalid'), /: the host no-such-host\.invalid is not found$/);
});
