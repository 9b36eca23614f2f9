import { after, type Timer } from './clock.js';
import { ConnectionLostError } from './errors.js';
import type { Link } from './link.js';
import { logIn, Refused, type LoggedIn } from './login.js';
import type { Settings } from './options.js';

/** A session is renewed so long before its end, or in its last fifth if that is later. */
const earlyMs = 60_000;

/** A circle whose sessions end before they begin does not keep the signer busy. */
const pauseMs = 100;

/** A new log-in on a connection that goes on. */
interface Renewal {
  readonly link: Link;
  /** The old session has ended before, so that what ended with it is to be restored. */
  lapsed: boolean;
  done: Promise<void>;
}

/** What a client proves on each of its connections, again before it expires; and what it had there, restored. */
export class Session {
  readonly #settings: Settings;
  readonly #restore: (link: Link) => Promise<void>;
  readonly #fail: (why: unknown) => void;
  #login: LoggedIn | undefined;
  #number = 0;
  #renewal: Renewal | undefined;
  #timer: Timer | undefined;
  #loggedOut = false;

  /**
   * @param restore brings back what the circle forgets with a session
   * @param fail ends the client
   */
  constructor(settings: Settings, restore: (link: Link) => Promise<void>, fail: (why: unknown) => void) {
    this.#settings = settings;
    this.#restore = restore;
    this.#fail = fail;
  }

  /** The circle's key: proven if there was a log-in, otherwise what the caller expects. */
  get circle(): string | undefined {
    return this.#login?.circle ?? this.#settings.circle;
  }

  /** The circle's clock in milliseconds since 1970; this machine's before a log-in. */
  get time(): number {
    return this.#login?.time() ?? Date.now();
  }

  /** Counts the sessions, so that whoever finds one expired can say which. */
  get number(): number {
    return this.#number;
  }

  /** Logs in on a new connection, and restores. */
  async start(link: Link): Promise<void> {
    clearTimeout(this.#timer);
    this.#renewal = undefined;
    await this.#logIn(link);
    await this.#restore(link);
  }

  async #logIn(link: Link): Promise<void> {
    const { signer, key, address, requestTimeoutMs } = this.#settings;
    if (!signer || !key || this.#loggedOut) return;
    const login = await logIn(link, { signer, key, address, circle: this.circle, requestTimeoutMs });
    this.#login = login;
    this.#number++;
    clearTimeout(this.#timer);
    if (login.expiresAt === undefined || link.end) return;
    const left = login.expiresAt - login.time();
    // the old session goes on until the new one is there
    this.#timer = after(Math.max(pauseMs, left - Math.min(earlyMs, left / 5)), () => this.#renew(link));
  }

  /** One at a time on a connection: a second nonce would make the first worthless. */
  #renew(link: Link): Renewal {
    if (this.#renewal?.link === link) return this.#renewal;
    const renewal: Renewal = { link, lapsed: false, done: Promise.resolve() };
    this.#renewal = renewal;
    renewal.done = this.#logIn(link)
      .then(() => (renewal.lapsed ? this.#restore(link) : undefined))
      .catch((problem: unknown) => this.#failed(link, problem))
      .finally(() => {
        if (this.#renewal === renewal) this.#renewal = undefined;
      });
    return renewal;
  }

  /** The circle says that the session has expired. */
  expired(link: Link): void {
    void this.renew(link, this.#number);
  }

  /**
   * Makes a new session, unless somebody has since that one; waits while that is being done.
   *
   * @returns false when there can be none
   */
  async renew(link: Link, expired: number): Promise<boolean> {
    if (!this.#settings.signer || this.#loggedOut) return false;
    if (expired === this.#number) this.#renew(link).lapsed = true;
    await this.settled;
    return true;
  }

  /** Settles when there is a session again, unless there is one. */
  get settled(): Promise<void> | undefined {
    return this.#renewal?.lapsed ? this.#renewal.done : undefined;
  }

  #failed(link: Link, problem: unknown): void {
    if (problem instanceof Refused) this.#fail(problem.why);
    else if (!(problem instanceof ConnectionLostError)) link.drop(1006, `the session could not be renewed: ${problem}`);
  }

  /** No session is made any more. */
  stop(): void {
    this.#loggedOut = true;
    clearTimeout(this.#timer);
  }

  /** The connection has ended. */
  lost(): void {
    clearTimeout(this.#timer);
  }
}
