import { addressOf, type Address } from './address.js';
import { publicKey } from './keys.js';
import type { SignHandler } from './signing.js';
import { keyOf, type Signer } from './signer.js';
import type { WebSocketConstructor } from './socket.js';
import type { ClientState } from './state.js';

/** What a client does about a connection that is lost, or does not come about. */
export interface ReconnectOptions {
  /** Whether it connects again by itself; it does unless this is false. */
  readonly again?: boolean;
  /** Bound of the first wait, which doubles until a connection has lasted for `longestMs`; 1,000 unless said otherwise. */
  readonly firstMs?: number;
  /** What that bound does not grow past; 30,000 unless said otherwise. */
  readonly longestMs?: number;
  /** For how long connecting for the first time is tried again; 0, not at all, unless said otherwise. */
  readonly patienceMs?: number;
}

/** How a client connects; all of it may be left out. */
export interface ConnectOptions {
  /** Whose key logs in: `keySigner`, `walletSigner`, or any object of that form. Without one the client is anonymous. */
  readonly signer?: Signer;
  /** The key that the circle must prove before anything is signed, unless the address names it. */
  readonly circle?: string;
  /** How long dialling, TLS and the upgrade may take together; 10,000 unless said otherwise. */
  readonly connectTimeoutMs?: number;
  /** How long a request may take from the call to its answer; 30,000 unless said otherwise. */
  readonly requestTimeoutMs?: number;
  /** After so long a silence the circle is asked something, after twice of it the connection is lost; 20,000. */
  readonly keepAliveMs?: number;
  /** How long a message of the circle may be, in characters; 16 Mi unless said otherwise. */
  readonly maxMessageLength?: number;
  readonly reconnect?: ReconnectOptions;
  /** Hears each change of the state, in order. */
  readonly onState?: (state: ClientState) => void;
  /** Decides what the client's key signs; the signer needs `signDigest`. */
  readonly onSignRequest?: SignHandler;
  /** What makes sockets; `globalThis.WebSocket` or that of the package `ws` unless said otherwise. */
  readonly WebSocket?: WebSocketConstructor;
  /** Gives up connecting for the first time. */
  readonly signal?: AbortSignal;
  /** Gets what nobody else does: failures of listeners, senseless messages. `console.warn` unless said otherwise. */
  readonly log?: (message: string, detail?: unknown) => void;
}

/** How a single request is made. */
export interface CallOptions {
  /** From the call to the answer, over all connections that it takes. */
  readonly timeoutMs?: number;
  /** Gives the request up; the circle is told to cancel it. */
  readonly signal?: AbortSignal;
}

/** How a play or a call is made. */
export interface RunOptions extends CallOptions {
  /** How long the script may run, in milliseconds; the circle's own limit holds all the same. */
  readonly scriptTimeoutMs?: number;
  /**
   * Has the client make an idempotency key: when the connection is lost before the answer came, the request is sent
   * again on the next one, within its timeout, and is carried out once. For clients with a signer.
   */
  readonly idempotent?: boolean;
  /** The same with a key of the caller's, 1 to 128 characters, which can be written down before. */
  readonly idempotencyKey?: string;
}

/** The options, checked and complete. */
export interface Settings {
  readonly address: Address;
  readonly signer: Signer | undefined;
  readonly key: string | undefined;
  readonly circle: string | undefined;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxMessageLength: number;
  readonly reconnect: Required<ReconnectOptions>;
  readonly onState: (state: ClientState) => void;
  readonly onSignRequest: SignHandler | undefined;
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly log: (message: string, detail?: unknown) => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** @throws TypeError when an option is none, or they do not fit together */
export function settingsOf(address: string | URL, options: ConnectOptions): Settings {
  const dialled = addressOf(address);
  const { signer, onSignRequest } = options;
  if (onSignRequest && !signer?.signDigest) throw new TypeError('onSignRequest needs a signer with signDigest');
  const reconnect = { again: true, firstMs: 1000, longestMs: 30_000, patienceMs: 0, ...options.reconnect };
  positive('firstMs', reconnect.firstMs);
  if (!(reconnect.longestMs >= reconnect.firstMs)) throw new TypeError('longestMs is at least firstMs');
  return {
    address: dialled,
    signer,
    key: signer && keyOf(signer),
    circle: circleOf(dialled, options.circle),
    connectTimeoutMs: positive('connectTimeoutMs', options.connectTimeoutMs ?? 10_000),
    requestTimeoutMs: positive('requestTimeoutMs', options.requestTimeoutMs ?? 30_000),
    keepAliveMs: positive('keepAliveMs', options.keepAliveMs ?? 20_000),
    maxMessageLength: positive('maxMessageLength', options.maxMessageLength ?? 16 << 20),
    reconnect,
    onState: options.onState ?? (() => {}),
    onSignRequest,
    WebSocket: options.WebSocket,
    log: options.log ?? ((message, detail) => console.warn(`circles: ${message}`, detail ?? '')),
    random: Math.random,
  };
}

function circleOf(dialled: Address, named: string | undefined): string | undefined {
  const wanted = named === undefined ? undefined : publicKey(named);
  if (named !== undefined && !wanted) throw new TypeError('circle is a secp256k1 key in hex or base64');
  if (wanted && dialled.circle && wanted !== dialled.circle) {
    throw new TypeError(`the circle is to be ${wanted}, but the address is that of ${dialled.circle}`);
  }
  return wanted ?? dialled.circle;
}

export function positive(name: string, value: number): number {
  if (!(value > 0)) throw new TypeError(`${name} is a number of more than 0, not ${value}`);
  return value;
}

/** What a request is made with when nothing else is said. */
export function usual(
  { requestTimeoutMs }: Settings,
  { timeoutMs = requestTimeoutMs, signal }: CallOptions,
): { timeoutMs: number; signal?: AbortSignal } {
  return { timeoutMs: positive('timeoutMs', timeoutMs), ...(signal && { signal }) };
}

/** @returns the key to send, if there is to be one */
export function idempotencyKey({ idempotent, idempotencyKey: own }: RunOptions): string | undefined {
  if (own === undefined) return idempotent ? randomHex(16) : undefined;
  if (own.length < 1 || own.length > 128) throw new TypeError('an idempotency key has 1 to 128 characters');
  return own;
}

/** So many random bytes in hex. */
export function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => b.toString(16).padStart(2, '0')).join('');
}

