import { after, Deadline } from './clock.js';
import { ConnectionLostError, type LinkEnd } from './errors.js';
import { Link } from './link.js';
import type { Notification } from './message.js';
import { Refused } from './login.js';
import type { Settings } from './options.js';
import type { Session } from './session.js';
import { dial } from './socket.js';
import type { ConnectionState } from './state.js';

/**
 * How long to wait before dialling again: any time up to a bound that doubles with each failure, so that the clients
 * of a circle that was restarted do not come back all at once.
 *
 * @param attempt from 1
 */
export function backoffMs(attempt: number, { firstMs, longestMs }: { firstMs: number; longestMs: number }, random: number) {
  return Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * random;
}

/** Keeps a client connected: dials, logs in and restores, again and again until it is closed. */
export class Connection {
  readonly #settings: Settings;
  readonly #state: ConnectionState;
  readonly #session: Session;
  readonly #onEvent: (event: Notification, link: Link) => void;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  /** Waits in a row without a connection that lasted. */
  #waits = 0;
  #steady = new Deadline(0);

  constructor(
    settings: Settings,
    state: ConnectionState,
    session: Session,
    onEvent: (event: Notification, link: Link) => void,
  ) {
    this.#settings = settings;
    this.#state = state;
    this.#session = session;
    this.#onEvent = onEvent;
  }

  /**
   * Connects for the first time.
   *
   * @throws unknown what made it fail; then it is closed
   */
  async start(): Promise<void> {
    await this.#connect(new Deadline(this.#settings.reconnect.patienceMs));
    if (this.#state.now.status === 'closed') throw this.#state.now.why;
  }

  /** @param patience after which failures count; without one they never do */
  async #connect(patience?: Deadline): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if (!this.#state.change({ status: 'connecting', attempt })) return;
      try {
        const link = await this.#attempt();
        if (link.end) throw new ConnectionLostError(link.end, false);
        this.#steady = new Deadline(this.#settings.reconnect.longestMs);
        this.#state.change({ status: 'ready' }, link);
        return;
      } catch (problem) {
        this.#link?.drop(1006, 'connecting has failed');
        if (problem instanceof Refused) return this.fail(problem.why);
        if (patience?.left === 0 || !this.#settings.reconnect.again) return this.fail(problem);
        if (!(await this.#wait(problem))) return;
      }
    }
  }

  async #attempt(): Promise<Link> {
    const { keepAliveMs, maxMessageLength } = this.#settings;
    const onEvent = this.#onEvent;
    const link = new Link({ keepAliveMs, maxMessageLength, onEvent, onEnd: (end) => this.#ended(link, end) });
    const { signal } = this.#closing;
    link.open(await dial(this.#settings, () => link, signal));
    this.#link = link;
    if (this.#state.closed) link.drop(1000, 'the client was closed');
    await this.#session.start(link);
    return link;
  }

  #ended(link: Link, end: LinkEnd): void {
    if (this.#link !== link) return;
    this.#session.lost();
    if (this.#state.link !== link) return; // it was not ready yet: whoever connects notices
    const why = new ConnectionLostError(end, false);
    if (this.#settings.reconnect.again) void this.#comeBack(why);
    else this.fail(why);
  }

  async #comeBack(why: unknown): Promise<void> {
    // a circle that drops its clients at once is not dialled as if it had served them
    if (this.#steady.left === 0) this.#waits = 0;
    if (await this.#wait(why)) await this.#connect();
  }

  /** @returns false when it was closed meanwhile */
  #wait(why: unknown): Promise<boolean> {
    const ms = backoffMs(++this.#waits, this.#settings.reconnect, this.#settings.random());
    if (!this.#state.change({ status: 'waiting', until: new Date(Date.now() + ms), why })) return Promise.resolve(false);
    return new Promise((resolve) => {
      const { signal } = this.#closing;
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        globalThis.removeEventListener?.('online', over);
        resolve(!this.#state.closed);
      };
      const timer = after(ms, over);
      signal.addEventListener('abort', over);
      // browsers say when there is a network again
      globalThis.addEventListener?.('online', over);
    });
  }

  /** Ends the client: connecting again would be useless. */
  fail(why: unknown): void {
    if (!this.#state.change({ status: 'closed', why })) return;
    this.#session.lost();
    this.#closing.abort();
    void this.#link?.close();
  }

  async close(): Promise<void> {
    const why = new ConnectionLostError({ code: 1000, reason: 'the client was closed' }, false);
    if (!this.#state.change({ status: 'closed', why })) return;
    this.#session.lost();
    this.#closing.abort();
    await this.#link?.close();
  }
}
