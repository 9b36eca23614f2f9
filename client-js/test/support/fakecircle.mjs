// A circle in memory: sockets that clients make with it speak to it at once, without a network.
import * as secp from '@noble/secp256k1';
import { hex, utf8 } from '../../dist/bytes.js';
import { publicKeyOf, sha256, signDigest, verifies } from '../../dist/keys.js';
import { unhex } from '../../dist/bytes.js';

export const secretOf = (n) => Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? n : 0));
export const address = 'ws://127.0.0.1:9001';

const time = (ms) => new Date(ms).toISOString().replace(/\.\d+/, '');

/** A nonce as a circle makes it, with what the test changes. */
export function nonceOf({ secret = secretOf(1), pubkey, challenge, issued = Date.now(), life = 60, change = (lines) => lines }) {
  const lines = [
    'circles authentication v1',
    'origin: ws://127.0.0.1:9001',
    `circle: ${publicKeyOf(secret)}`,
    'connection: 7d0c4f1e9c5b4a0f',
    `pubkey: ${pubkey}`,
    `challenge: ${challenge}`,
    `issued: ${time(issued)}`,
    `expires: ${time(issued + life * 1000)}`,
    `nonce: ${hex(secp.utils.randomSecretKey())}`,
  ];
  const nonce = change(lines).join('\n');
  const proof = hex(signDigest(sha256(utf8(`circles proof v1\n${nonce}`)), secret));
  return { nonce, expires_at: Math.floor((issued + life * 1000) / 1000), proof };
}

export class FakeCircle {
  secret = secretOf(1);
  sockets = [];
  /** All requests and notifications that came, with the socket. */
  heard = [];
  /** Answers of methods: functions of params, of which a promise is waited for; `undefined` answers nothing. */
  methods = {};
  dials = 0;
  refusing = false;
  sessionSeconds = null;
  nonce = {};
  clock = () => Date.now();

  get WebSocket() {
    const circle = this;
    return class FakeSocket {
      bufferedAmount = 0;
      onopen = null;
      onmessage = null;
      onerror = null;
      onclose = null;
      open = false;

      constructor() {
        circle.dials++;
        queueMicrotask(() => {
          if (circle.refusing) return this.onclose?.({ code: 1006, reason: '' });
          this.open = true;
          circle.sockets.push(this);
          this.onopen?.({});
        });
      }

      send(text) {
        if (!this.open) throw new Error('it is not open');
        circle.take(this, JSON.parse(text));
      }

      close(code) {
        if (code !== undefined && code !== 1000 && code < 3000) throw new Error('browsers refuse this code');
        this.lose(1000);
      }

      /** What comes from the circle. */
      say(message) {
        this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message }) });
      }

      lose(code, reason = '') {
        if (!this.open) return;
        this.open = false;
        this.onclose?.({ code, reason });
      }
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  async take(socket, { id, method, params }) {
    this.heard.push({ socket, id, method, params });
    if (id === undefined) return;
    const answer = this.methods[method] ?? this[`_${method}`];
    await undefined;
    try {
      if (!answer) throw { code: -32601, message: 'Method not found', data: { kind: 'method_not_found', retryable: false } };
      const result = await answer.call(this, params, socket, id);
      if (result !== undefined) socket.say({ id, result });
    } catch (error) {
      if (error instanceof Error) throw error;
      socket.say({ id, error });
    }
  }

  _fetch_nonce({ pubkey, challenge }, socket) {
    socket.asked = nonceOf({ secret: this.secret, pubkey, challenge, issued: this.clock(), ...this.nonce });
    return socket.asked;
  }

  _authenticate({ pubkey, signature }, socket) {
    if (!verifies(unhex(signature), utf8(socket.asked.nonce), pubkey)) throw error('invalid_credentials', -32002);
    socket.pubkey = pubkey;
    socket.expires = this.sessionSeconds === null ? null : Math.floor(this.clock() / 1000) + this.sessionSeconds;
    return { authenticated: true };
  }

  _whoami(_, socket) {
    return {
      authenticated: !!socket.pubkey,
      pubkey: socket.pubkey ?? null,
      circle: publicKeyOf(this.secret),
      roles: [],
      capabilities: [],
      expires_at: socket.expires ?? null,
    };
  }

  _logout(_, socket) {
    socket.pubkey = undefined;
    return { authenticated: false };
  }

  count(method) {
    return this.heard.filter((one) => one.method === method).length;
  }
}

export const error = (kind, code, retryable = false) => ({ code, message: kind, data: { kind, retryable } });

export const played = (value) => ({
  output: String(value),
  value,
  logs: [],
  usage: { wall_ms: 1, cpu_ms: 1, allocated_bytes: 1 },
});

/** Waits for something, with a generous deadline. */
export async function until(condition, what = String(condition), ms = 30_000) {
  const end = Date.now() + ms;
  while (true) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const quick = { firstMs: 5, longestMs: 20 };
