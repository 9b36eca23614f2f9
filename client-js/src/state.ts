import { after, type Deadline } from './clock.js';
import { ConnectionLostError } from './errors.js';
import type { Link } from './link.js';
import { maxPending } from './pending.js';

/** How a client stands with its circle. */
export type ClientState =
  /** It dials, logs in and restores what it had; requests wait. `attempt` counts since it was ready last. */
  | { readonly status: 'connecting'; readonly attempt: number }
  /** Requests go out, events come in. */
  | { readonly status: 'ready' }
  /** The connection is lost, or an attempt has failed; requests wait. It dials again at `until`. */
  | { readonly status: 'waiting'; readonly until: Date; readonly why: unknown }
  /** It is over, and that does not change any more. `why` is what made connecting again useless. */
  | { readonly status: 'closed'; readonly why: unknown };

/** Where requests wait for a connection that takes them. Once closed it stays so. */
export class ConnectionState {
  readonly #tell: (state: ClientState) => void;
  readonly #waiting = new Set<() => void>();
  #now: ClientState = { status: 'connecting', attempt: 1 };
  #link: Link | undefined;

  /** @param tell must not throw */
  constructor(tell: (state: ClientState) => void) {
    this.#tell = tell;
  }

  get now(): ClientState {
    return this.#now;
  }

  /** The connection that is ready, if there is one. */
  get link(): Link | undefined {
    return this.#link;
  }

  get closed(): boolean {
    return this.#now.status === 'closed';
  }

  /** @returns false when it is closed */
  change(to: ClientState, link?: Link): boolean {
    if (this.closed) return false;
    this.#now = to;
    this.#link = link;
    for (const wake of [...this.#waiting]) wake();
    this.#tell(to);
    return true;
  }

  /**
   * Waits for a connection that takes requests.
   *
   * @param sent whether what waits was sent on an earlier one
   * @throws ConnectionLostError when none comes any more, or none came in time, or too many wait
   */
  async wait(deadline: Deadline, sent: boolean, signal?: AbortSignal): Promise<Link> {
    while (true) {
      signal?.throwIfAborted();
      if (this.#link?.takesRequests) return this.#link;
      if (this.#now.status === 'closed') throw this.#lost('the client was closed', this.#now.why, sent);
      if (deadline.left === 0) throw this.#late(deadline, sent);
      if (this.#waiting.size >= maxPending) {
        throw this.#lost('there is no connection, and too many requests wait for one', undefined, sent);
      }
      await this.#changed(deadline.left, signal);
    }
  }

  #changed(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = after(ms, wake);
      signal?.addEventListener('abort', wake);
      this.#waiting.add(wake);
    });
  }

  #late(deadline: Deadline, sent: boolean): ConnectionLostError {
    const why = this.#now.status === 'waiting' ? this.#now.why : undefined;
    return this.#lost(`the connection was not back within ${Math.round(deadline.ms)} ms`, why, sent);
  }

  #lost(otherwise: string, why: unknown, sent: boolean): ConnectionLostError {
    const code = why instanceof ConnectionLostError ? why.closeCode : 1006;
    const reason = why instanceof Error ? why.message : otherwise;
    return new ConnectionLostError({ code, reason, cause: why }, sent);
  }
}
