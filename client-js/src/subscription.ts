import type { Json } from './api.js';
import type { EventFlow, Published } from './eventflow.js';

/** Events that wait for `for await`: at most one, since the next is handed over only when it was taken. */
export class Handover<T> {
  #value: { event: T; taken: () => void } | undefined;
  #wake: (() => void) | undefined;
  #end: { why?: unknown } | undefined;

  /** @returns settles when it was taken */
  give(event: T): Promise<void> {
    return new Promise((taken) => {
      this.#value = { event, taken };
      this.#wake?.();
    });
  }

  /** @param end its `why` is thrown where events are waited for */
  end(end: { why?: unknown }): void {
    this.#end ??= end;
    this.#value?.taken();
    this.#value = undefined;
    this.#wake?.();
  }

  /** @returns undefined when there will be none any more */
  async next(): Promise<T | undefined> {
    while (!this.#value) {
      if (this.#end) {
        if (this.#end.why !== undefined) throw this.#end.why;
        return undefined;
      }
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    const { event, taken } = this.#value;
    this.#value = undefined;
    taken();
    return event;
  }
}

/**
 * A subscription to a circle's events, made by `CircleClient.subscribe`. It goes on over lost connections and ends with
 * `close()`, with the client, and when the session may no longer read.
 *
 * Without a listener its events are had by `for await`; leaving the loop closes it.
 */
export class Subscription<T extends Json = Json> implements AsyncIterable<Published<T>> {
  readonly #flow: EventFlow;
  readonly #events: Handover<Published<T>> | undefined;
  readonly #close: () => Promise<void>;

  /** @internal */
  constructor(flow: EventFlow, events: Handover<Published<T>> | undefined, close: () => Promise<void>) {
    this.#flow = flow;
    this.#events = events;
    this.#close = close;
  }

  /** What it is for. */
  get topic(): string {
    return this.#flow.topic;
  }

  /** Number of the circle's last event when it began. */
  get seq(): number {
    return this.#flow.start;
  }

  /** Number of the last event that has come: with `after` another process can go on from there. */
  get last(): number {
    return this.#flow.last ?? 0;
  }

  /** Asks for no more events; what waits for the listener is dropped. Never fails. */
  close(): Promise<void> {
    this.#events?.end({});
    return this.#close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Published<T>, void, undefined> {
    if (!this.#events) throw new TypeError('this subscription has a listener, which gets its events');
    try {
      for (let event = await this.#events.next(); event; event = await this.#events.next()) yield event;
    } finally {
      await this.close();
    }
  }
}
