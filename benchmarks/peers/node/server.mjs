// What Circles is measured against: the same JSON-RPC over WebSocket, the same log-in, scripts in another process.
//
//   node server.mjs --module FILE [--port N] [--isolates N] [--at-once N] [--fresh-isolate]
//
// Prints one line of JSON with its URL once it serves, and ends when its standard input does.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import secp256k1 from 'secp256k1/bindings.js'; // the native one; the package's main falls back to JavaScript in silence
import { WebSocketServer } from 'ws';
import { lineWriter, readLines } from './lines.mjs';

const { values: options } = parseArgs({
  options: {
    module: { type: 'string' },
    port: { type: 'string', default: '0' },
    isolates: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '1' },
    'fresh-isolate': { type: 'boolean', default: false },
  },
});
const WALL_MS = 5000;
const NONCE_MS = 60_000;
const MAX_MESSAGE = 1 << 20;
const MAX_WAITING = 1024;

class RpcError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

// ---------------------------------------------------------------- the child process and what waits for it

const child = spawn(
  process.execPath,
  [
    '--no-node-snapshot', // isolated-vm needs it
    fileURLToPath(new URL('worker.mjs', import.meta.url)),
    ...['--module', options.module, '--isolates', options.isolates, '--at-once', options['at-once']],
    ...(options['fresh-isolate'] ? ['--fresh-isolate'] : []),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'], env: {} },
);
const waiting = new Map();
const post = lineWriter(child.stdin);
let lastJob = 0;

const childReady = new Promise((resolve) => waiting.set(0, { resolve, reject: resolve }));
readLines(child.stdout, ([id, error, value, nothing]) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error === null) resolve(nothing ? undefined : value);
  else reject(new RpcError(-32000, error));
});
child.on('exit', (code) => {
  console.error(`the child ended with ${code}`);
  process.exit(1);
});

async function run(kind, what, args = null, timeout = WALL_MS) {
  if (typeof what !== 'string') throw new RpcError(-32602, 'Invalid params');
  if (waiting.size >= MAX_WAITING) throw new RpcError(-32009, 'Busy');
  const id = ++lastJob;
  const value = await new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    post([id, kind, what, args, timeout]);
  });
  const output = typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  return { output, value: value === undefined ? null : value, logs: [] };
}

// ---------------------------------------------------------------- sessions and methods

const sha256 = (text) => createHash('sha256').update(text).digest();

function fetchNonce(session, { pubkey }) {
  const now = Date.now();
  session.claimed = Buffer.from(pubkey, 'hex');
  session.expires = now + NONCE_MS;
  session.nonce = [
    'circles authentication v1',
    `origin: ${url}`,
    'circle: peer',
    `pubkey: ${pubkey}`,
    `issued: ${new Date(now).toISOString()}`,
    `expires: ${new Date(session.expires).toISOString()}`,
    `nonce: ${randomBytes(32).toString('hex')}`,
  ].join('\n');
  return { nonce: session.nonce, expires_at: Math.floor(session.expires / 1000) };
}

function authenticate(session, { pubkey, signature }) {
  const { nonce, claimed, expires } = session;
  session.nonce = undefined;
  const key = Buffer.from(pubkey, 'hex');
  const good =
    nonce !== undefined &&
    Date.now() < expires &&
    claimed.equals(key) &&
    secp256k1.ecdsaVerify(secp256k1.signatureNormalize(Buffer.from(signature, 'hex')), sha256(nonce), key);
  if (!good) throw new RpcError(-32002, 'Invalid Credentials');
  session.key = key;
  return { authenticated: true };
}

function proven(session) {
  if (session.key === undefined) throw new RpcError(-32001, 'Authentication Required');
}

const METHODS = {
  fetch_nonce: fetchNonce,
  authenticate,
  play(session, { script, args, timeout_ms }) {
    proven(session);
    return run('play', script, args, timeout_ms);
  },
  call(session, { function: name, args, timeout_ms }) {
    proven(session);
    return run('call', name, args, timeout_ms);
  },
};

async function answer(session, frame) {
  let request;
  try {
    request = JSON.parse(frame);
  } catch {
    return { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } };
  }
  try {
    if (!Object.hasOwn(METHODS, request.method)) throw new RpcError(-32601, 'Method not found');
    const result = await METHODS[request.method](session, request.params ?? {});
    return { jsonrpc: '2.0', id: request.id, result };
  } catch (error) {
    const known = error instanceof RpcError;
    const { code, message } = known ? error : { code: -32603, message: 'Internal error' };
    return { jsonrpc: '2.0', id: request.id ?? null, error: { code, message } };
  }
}

// ---------------------------------------------------------------- the socket

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(options.port),
  maxPayload: MAX_MESSAGE,
  perMessageDeflate: false,
});
let url;
server.on('connection', (socket) => {
  const session = {};
  socket.on('error', () => socket.terminate());
  socket.on('message', async (frame) => {
    const reply = await answer(session, frame);
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(reply));
  });
});
process.stdin.resume().on('end', () => process.exit(0));
await childReady;
if (server.address() === null) await new Promise((resolve) => server.on('listening', resolve));
url = `ws://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ url, node: process.version }));
