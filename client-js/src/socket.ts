import { after, type Timer } from './clock.js';
import { DialError, type LinkEnd } from './errors.js';
import type { Settings } from './options.js';

/** How long a connection may take to end when one end wants it to. */
export const closeGraceMs = 2000;

/** A WebSocket, as browsers and `ws` have it, as far as it is used here. */
export interface WebSocketLike {
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown } & never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Ends it without the other end's consent; not in browsers. */
  terminate?(): void;
}

/** What makes one: `globalThis.WebSocket`, that of `ws`, or one of the application's that adds headers, say. */
export type WebSocketConstructor = new (url: string) => WebSocketLike;

/** What comes of a socket. Each is called by the socket's own events. */
export interface SocketEvents {
  onText(text: string): void;
  onBinary(): void;
  onEnd(end: LinkEnd): void;
}

/** `ws` takes no greater bound. */
const mostBytes = 2 ** 31 - 1;

/**
 * The platform's WebSocket; in Node before 22, which has none, that of the package `ws`, which can be told beforehand
 * how long messages may be: a character has three bytes at most.
 */
async function platformWebSocket(maxMessageLength: number): Promise<WebSocketConstructor> {
  if (typeof WebSocket === 'function') return WebSocket as unknown as WebSocketConstructor;
  const name = 'ws'; // not a literal, so that bundlers for browsers do not look for it
  try {
    const ws = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      WebSocket: new (url: string, options: { maxPayload: number }) => WebSocketLike;
    };
    const maxPayload = Math.min(3 * maxMessageLength, mostBytes);
    return class extends ws.WebSocket {
      constructor(url: string) {
        super(url, { maxPayload });
      }
    };
  } catch (cause) {
    throw new TypeError('there is no WebSocket here: install the package ws, or pass options.WebSocket', { cause });
  }
}

/**
 * Dials and upgrades.
 *
 * @throws DialError when it failed or took too long; then nothing is left open
 */
export async function dial(
  { address: { url }, WebSocket: given, connectTimeoutMs: timeoutMs, maxMessageLength }: Settings,
  events: () => SocketEvents,
  signal: AbortSignal,
): Promise<WebSocketLike> {
  const Constructor = given ?? (await platformWebSocket(maxMessageLength));
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = new Constructor(url);
    const fail = (message: string, cause?: unknown): void => {
      done();
      silence(socket);
      kill(socket);
      reject(new DialError(message, { cause }));
    };
    const timer = after(timeoutMs, () => fail(`${url} did not take the connection within ${timeoutMs} ms`));
    const abort = (): void => fail('the client was closed');
    signal.addEventListener('abort', abort);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    socket.onerror = (event: { message?: string; error?: unknown }) => {
      const why = unknownHost(url, event.error) ?? event.message;
      fail(`no connection to ${url}${why ? `: ${why}` : ''}`, event.error);
    };
    socket.onclose = (event: { code: number }) => fail(`${url} closed with ${event.code} instead of taking the connection`);
    socket.onopen = () => {
      done();
      listen(socket, events());
      resolve(socket);
    };
  });
}

/** Where the platform says that a name was not found; browsers do not. */
function unknownHost(url: string, problem: unknown): string | undefined {
  const { code } = (problem ?? {}) as { code?: unknown };
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? `the host ${new URL(url).hostname} is not found` : undefined;
}

/** At once, so that no message is missed. */
function listen(socket: WebSocketLike, events: SocketEvents): void {
  let problem: unknown;
  let grace: Timer | undefined;
  socket.onmessage = (event: { data: unknown }) =>
    typeof event.data === 'string' ? events.onText(event.data) : events.onBinary();
  socket.onerror = (event: { message?: string; error?: unknown }) => {
    problem = event.error;
    // an end that has broken the protocol need not agree to a close either
    grace ??= after(closeGraceMs, () => {
      silence(socket);
      kill(socket);
      events.onEnd({ code: 1006, reason: event.message ?? 'the connection broke', cause: problem });
    });
  };
  socket.onclose = (event: { code: number; reason: string }) => {
    clearTimeout(grace);
    const reason = event.code === 1006 ? 'the connection broke' : event.reason;
    events.onEnd({ code: event.code, reason, cause: problem });
  };
}

/** Nothing that comes of a socket counts any more. */
export function silence(socket: WebSocketLike): void {
  socket.onmessage = socket.onopen = socket.onclose = null;
  socket.onerror = () => {}; // `ws` throws what nobody listens to
}

/** Ends a socket whose other end may be gone. */
export function kill(socket: WebSocketLike): void {
  if (socket.terminate) socket.terminate();
  else socket.close();
}
