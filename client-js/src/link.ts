import { after, now, type Timer } from './clock.js';
import { ConnectionLostError, type LinkEnd } from './errors.js';
import { asObject, failure, parsed, type Notification } from './message.js';
import { PendingCalls, type Ask } from './pending.js';
import { closeGraceMs, kill, silence, type SocketEvents, type WebSocketLike } from './socket.js';

/** After so many senseless messages in a row the connection is closed. */
const maxNonsense = 100;

/** How much may wait to be sent in the socket; the rest waits here, where it can still be given up. */
const maxBuffered = 4 << 20;
const pumpMs = 20;

export interface LinkSettings {
  /** Silence after which the other end is asked something; after twice of it, it is gone. */
  readonly keepAliveMs: number;
  readonly maxMessageLength: number;
  /** Gets every notification, in order; throws when one makes no sense. */
  readonly onEvent: (event: Notification, link: Link) => void;
  /** Called once. */
  readonly onEnd: (end: LinkEnd, link: Link) => void;
}

/** JSON-RPC over one connection: requests out and answers in, matched by id; notifications to a listener. */
export class Link implements SocketEvents {
  readonly #settings: LinkSettings;
  readonly #calls = new PendingCalls((id, sent) => this.#cancel(id, sent));
  readonly #outgoing: { text: string; id: number | undefined }[] = [];
  #socket: WebSocketLike | undefined;
  #end: LinkEnd | undefined;
  #nonsense = 0;
  #heard = now();
  #asked: number | undefined;
  #watch: Timer | undefined;
  #pump: Timer | undefined;
  /** The circle is stopping: new requests would be refused. */
  draining = false;

  constructor(settings: LinkSettings) {
    this.#settings = settings;
  }

  /** Begins to use a socket that is open. */
  open(socket: WebSocketLike): void {
    this.#socket = socket;
    if (!this.#end) this.#watchLater(this.#settings.keepAliveMs);
  }

  /** How it has ended, if it has. */
  get end(): LinkEnd | undefined {
    return this.#end;
  }

  get takesRequests(): boolean {
    return !this.#end && !this.draining;
  }

  /**
   * Sends a request and waits for its answer. When the caller no longer waits, because of the timeout or the signal,
   * the circle is told to cancel it.
   *
   * @throws CircleError what the circle answered; or that too many requests wait already
   * @throws ClientError when no answer came
   */
  async call(ask: Ask): Promise<unknown> {
    if (this.#end) throw new ConnectionLostError(this.#end, false);
    const params = JSON.stringify(ask.params); // here, so that what is no JSON fails before it is entered
    const rest = `"method":${JSON.stringify(ask.method)}${params === undefined ? '' : `,"params":${params}`}}`;
    return this.#calls.add(ask, (id) => this.#send(`{"jsonrpc":"2.0","id":${id},${rest}`, id));
  }

  #send(text: string, id?: number): void {
    this.#outgoing.push({ text, id });
    if (this.#pump === undefined) this.#sendWaiting();
  }

  #sendWaiting(): void {
    this.#pump = undefined;
    while (this.#socket && !this.#end && this.#socket.bufferedAmount <= maxBuffered) {
      const next = this.#outgoing.shift();
      if (!next) return;
      if (next.id === undefined || this.#calls.markSent(next.id)) this.#socket.send(next.text);
    }
    if (!this.#end) this.#pump = after(pumpMs, () => this.#sendWaiting());
  }

  /** As a notification: the request itself has an answer, and one is enough. */
  #cancel(id: number, sent: boolean): void {
    if (sent && !this.#end) this.#send(JSON.stringify({ jsonrpc: '2.0', method: 'cancel', params: { id } }));
  }

  /** Closes; what is in flight fails. Ends after the circle's consent, or two seconds. */
  async close(): Promise<void> {
    const socket = this.#socket;
    this.#finish({ code: 1000, reason: 'the client was closed' });
    if (!socket) return;
    await new Promise<void>((resolve) => {
      const timer = after(closeGraceMs, () => {
        kill(socket);
        resolve();
      });
      socket.onclose = () => {
        clearTimeout(timer);
        resolve();
      };
      socket.close(1000);
    });
  }

  /** Gives the connection up. */
  drop(code: number, reason: string): void {
    const socket = this.#socket;
    this.#finish({ code, reason });
    if (socket) kill(socket);
  }

  #finish(end: LinkEnd): void {
    if (this.#end) return;
    this.#end = end;
    if (this.#socket) silence(this.#socket);
    this.#socket = undefined;
    this.#outgoing.length = 0;
    clearTimeout(this.#watch);
    clearTimeout(this.#pump);
    this.#calls.end(end);
    this.#settings.onEnd(end, this);
  }

  onEnd(end: LinkEnd): void {
    this.#finish(end);
  }

  onBinary(): void {
    this.drop(1006, 'the circle sent a binary message');
  }

  onText(text: string): void {
    this.#heard = now();
    if (text.length > this.#settings.maxMessageLength) {
      this.drop(1009, `it sent a message of more than ${this.#settings.maxMessageLength} characters`);
    } else if (this.#makesSense(text)) {
      this.#nonsense = 0;
    } else if (++this.#nonsense >= maxNonsense) {
      this.drop(1002, `${maxNonsense} senseless messages in a row`);
    }
  }

  /** Whatever comes must not throw at the socket, which would end the process. */
  #makesSense(text: string): boolean {
    try {
      return this.#receive(text);
    } catch {
      return false;
    }
  }

  /** @returns whether it made sense; throws when it did not in a way that nobody looks for */
  #receive(text: string): boolean {
    const message = parsed(text);
    if (!message || message.jsonrpc !== '2.0') return false;
    if (typeof message.method === 'string') {
      if ('id' in message) return false;
      const params = asObject(message.params) ?? {};
      this.#settings.onEvent({ method: message.method, params, length: text.length }, this);
      return true;
    }
    const { id } = message;
    const error = asObject(message.error);
    const taken = error ? this.#calls.fail(id, failure(error)) : 'result' in message && this.#calls.answer(id, message.result);
    return taken || this.#calls.knows(id);
  }

  #watchLater(ms: number): void {
    this.#watch = after(ms, () => this.#look());
  }

  /** After a machine's sleep too, the other end is asked before it is given up. */
  #look(): void {
    const { keepAliveMs } = this.#settings;
    const silent = now() - this.#heard;
    if (this.#asked !== undefined && this.#asked > this.#heard && now() - this.#asked >= keepAliveMs) {
      this.drop(1006, 'the circle does not answer any more');
    } else if (silent < keepAliveMs) {
      this.#watchLater(keepAliveMs - silent);
    } else {
      this.#asked = now();
      this.call({ method: 'whoami', params: undefined, timeoutMs: 2 * keepAliveMs, urgent: true }).catch(() => {});
      this.#watchLater(keepAliveMs);
    }
  }
}
