import type { Json } from './api.js';
import { after } from './clock.js';
import { CircleError, ConnectionLostError, RequestTimeoutError, type LinkEnd } from './errors.js';

/** How many requests may wait for their answers at once. */
export const maxPending = 1024;

/** A request that was made on a connection. */
export interface Ask {
  readonly method: string;
  readonly params: unknown;
  /** How long the answer may take. */
  readonly timeoutMs: number;
  /** Gives the request up: the circle is told to cancel it. */
  readonly signal?: AbortSignal | undefined;
  /** May be one more than there is room for. */
  readonly urgent?: boolean;
  /** Gets the result before the next message is read; what it throws, the request fails with. */
  readonly first?: ((result: unknown) => void) | undefined;
}

interface Call {
  readonly ask: Ask;
  sent: boolean;
  settle(give: () => void): void;
  resolve(result: unknown): void;
  reject(problem: unknown): void;
}

export const busy = (message: string, limit: number): CircleError =>
  new CircleError(`Busy: ${message}`, -32009, { kind: 'busy', retryable: true, limit, used: limit + 1 });

/** The requests of one connection that wait for their answers; bounded. */
export class PendingCalls {
  readonly #calls = new Map<number, Call>();
  readonly #giveUp: (id: number, sent: boolean) => void;
  #lastId = 0;

  /** @param giveUp hears of a request whose caller waits no longer */
  constructor(giveUp: (id: number, sent: boolean) => void) {
    this.#giveUp = giveUp;
  }

  /**
   * Enters a request.
   *
   * @param start is given its id
   */
  add(ask: Ask, start: (id: number) => void): Promise<unknown> {
    if (this.#calls.size >= maxPending && !ask.urgent) {
      return Promise.reject(busy('too many requests wait on this connection', maxPending));
    }
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const abandon = (problem: unknown): void => {
        const { sent } = call;
        call.settle(() => reject(problem));
        this.#giveUp(id, sent);
      };
      const timer = after(ask.timeoutMs, () => abandon(new RequestTimeoutError(ask.method, Math.round(ask.timeoutMs))));
      const abort = (): void => abandon(ask.signal?.reason);
      ask.signal?.addEventListener('abort', abort);
      const call: Call = {
        ask,
        sent: false,
        resolve,
        reject,
        settle: (give) => {
          this.#calls.delete(id);
          clearTimeout(timer);
          ask.signal?.removeEventListener('abort', abort);
          give();
        },
      };
      this.#calls.set(id, call);
      start(id);
    });
  }

  /** @returns false when nobody waits for it any more, so that it need not be sent */
  markSent(id: number): boolean {
    const call = this.#calls.get(id);
    if (call) call.sent = true;
    return call !== undefined;
  }

  knows(id: unknown): boolean {
    return typeof id === 'number' && Number.isInteger(id) && id >= 1 && id <= this.#lastId;
  }

  /** @returns false when none with that id waits */
  answer(id: unknown, result: unknown): boolean {
    return this.#take(id, (call) => {
      try {
        call.ask.first?.(result);
        call.resolve(result);
      } catch (problem) {
        call.reject(problem);
      }
    });
  }

  /** @returns false when none with that id waits */
  fail(id: unknown, error: { code: number; message: string; data: { [name: string]: Json } }): boolean {
    return this.#take(id, (call) => call.reject(new CircleError(error.message, error.code, error.data)));
  }

  #take(id: unknown, give: (call: Call) => void): boolean {
    const call = typeof id === 'number' ? this.#calls.get(id) : undefined;
    call?.settle(() => give(call));
    return call !== undefined;
  }

  /** Ends all that wait. */
  end(how: LinkEnd): void {
    for (const call of [...this.#calls.values()]) {
      call.settle(() => call.reject(new ConnectionLostError(how, call.sent)));
    }
  }
}
