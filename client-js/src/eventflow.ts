import type { Json, Subscribed } from './api.js';
import type { Link } from './link.js';
import type { Notification } from './message.js';
import { ListenerQueue } from './queue.js';

/** How many characters of events may wait for a listener, each event counting 256 more. */
const maxWaiting = 4 << 20;
const overhead = 256;

/** What a script has published. */
export interface Published<T extends Json = Json> {
  readonly topic: string;
  readonly data: T;
  /** Its number in the circle, in the order of the commits. */
  readonly seq: number;
  /** Number of the subscription's event before it, or of where it began. */
  readonly prev: number;
}

/**
 * Some events did not come: of those whose `seq` is greater than `after` and at most `upTo`, some are missing; others
 * of them may still come. When `upTo` is less than `after`, the circle's numbers have begun anew.
 */
export interface EventGap {
  readonly after: number;
  /** Infinity when nothing more will come, because the circle refused to restore the subscription. */
  readonly upTo: number;
}

/**
 * The events of one subscription on their way to its listener, over one connection after the other: each at most
 * once, in order, and what is missing is said.
 */
export class EventFlow {
  readonly topic: string;
  readonly #queue: ListenerQueue<Published, EventGap>;
  #source: Link | undefined;
  #id = '';
  #start: number | undefined;
  #last: number | undefined;
  #told = 0;

  /** @param after number of the last event that is known; undefined to begin with the next one */
  constructor(
    topic: string,
    after: number | undefined,
    listener: (event: Published) => unknown,
    onGap: (gap: EventGap) => unknown,
    failed: (problem: unknown) => void,
  ) {
    this.topic = topic;
    this.#last = after;
    const merge = (first: EventGap, next: EventGap): EventGap => ({ after: first.after, upTo: next.upTo });
    this.#queue = new ListenerQueue(maxWaiting, listener, onGap, merge, failed);
  }

  /** Its name on the connection that it was resumed on last. */
  get id(): string {
    return this.#id;
  }

  /** Number of the circle's last event when it began. */
  get start(): number {
    return this.#start ?? 0;
  }

  /** Number of the last event that has come; undefined before it has begun. */
  get last(): number | undefined {
    return this.#last;
  }

  /** The circle has agreed, on a connection: only from there events come from now on. */
  resume(source: Link, { subscription, seq, gap }: Subscribed): void {
    this.#source = source;
    this.#id = subscription;
    this.#start ??= seq;
    if (this.#last === undefined) {
      this.#last = seq;
    } else if (gap) {
      this.#queue.lose({ after: this.#last, upTo: seq });
      this.#told = seq;
      this.#last = Math.min(this.#last, seq);
    }
  }

  /** An event has come; it is passed over when it is another's. */
  take(event: Notification, source: Link): boolean {
    const { subscription, topic, data = null, seq, prev } = event.params;
    if (source !== this.#source || subscription !== this.#id) return false;
    if (typeof topic !== 'string' || typeof seq !== 'number' || typeof prev !== 'number') return false;
    const last = this.#last ?? 0;
    if (seq <= last) return true;
    const known = Math.max(last, this.#told);
    if (prev > known) this.#queue.lose({ after: known, upTo: prev });
    const ifDropped = { after: Math.max(last, prev), upTo: seq };
    this.#queue.offer({ topic, data, seq, prev }, event.length + overhead, ifDropped);
    this.#last = seq;
    return true;
  }

  /** Nothing more will come, since the circle does not want it. */
  refused(): void {
    this.#source = undefined;
    this.#queue.lose({ after: this.#last ?? 0, upTo: Infinity });
  }

  /** Nobody listens any more. */
  end(): void {
    this.#source = undefined;
    this.#queue.discard();
  }
}
