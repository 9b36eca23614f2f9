// connect.mjs in the dialect of the original relay: params are arrays, events are answers with the id 0 and say less, and
// nobody proves who they are.
import { createPrivateKey, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { getPublicKey } from '@noble/secp256k1';

const HELLO = 65_535;

export function keyIn(file) {
  const { d } = createPrivateKey(readFileSync(file)).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(d, 'base64url'));
}

export async function connect(url, secret) {
  const socket = new WebSocket(`${url}/mpc?resume=${randomBytes(24).toString('hex')}`);
  const waiting = new Map();
  const events = new EventEmitter();
  const present = [];
  let session;
  let number;
  let lastId = 0;

  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse(data);
    if (id === 0) return heard(...result);
    const { resolve, reject, seated } = waiting.get(id);
    waiting.delete(id);
    if (error) return reject(new Error(error.message));
    seated?.(result); // at once: an event may stand right behind
    resolve(result);
  });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));

  const emit = (name, params) => events.emit(name, { session_id: session.session_id, ...params });

  function heard(name, what) {
    // the original does not say who the parties are, so each says its number
    if (name === 'sessionSignup' || name === 'sessionLoad') ask('Session.message', [...place(), hello()]);
    else if (name !== 'sessionMessage') emit(name, what);
    else if (what.round === HELLO) hi(what.sender);
    else emit(name, { message: what });
  }

  const place = () => [session.group_id, session.session_id, session.kind];
  const hello = () => ({ round: HELLO, sender: number, uuid: '', body: null });

  function seated(mine) {
    number = mine;
    hi(mine);
  }

  function hi(party) {
    present.push(party);
    if (present.length === (session.kind === 'keygen' ? 3 : 2)) emit('sessionSignup', { parties: present.sort() });
  }

  function ask(method, params, seated) {
    const id = ++lastId;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject, seated }));
  }

  function request(method, params) {
    if (method === 'Group.join') return ask(method, params.group_id);
    if (method === 'Session.create') return ask(method, [params.group_id, params.kind, null]);
    if (method !== 'Session.signup' && method !== 'Session.load') return ask(method, Object.values(params));
    session = params;
    return ask(method, Object.values(params), seated);
  }

  return {
    pubkey: Buffer.from(getPublicKey(secret)).toString('hex'),
    request,
    on: (name, listener) => events.on(name, listener),
    close: () => socket.close(),
  };
}
