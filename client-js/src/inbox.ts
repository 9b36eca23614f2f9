import type { Json, Message } from './api.js';

const maxMessages = 65_536;

/** How much of something several may have together. */
export class Allowance {
  #left: number;

  constructor(all: number) {
    this.#left = all;
  }

  /** Takes so much, if that is left. */
  take(amount: number): boolean {
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }

  giveBack(amount: number): void {
    this.#left += amount;
  }
}

/** A message of another party of a relay session. */
export interface RelayMessage {
  /** The sender's, 0 to 65,535. */
  readonly round: number;
  /** The party number, which the circle has checked. */
  readonly sender: number;
  /** Whether it was for this party alone. */
  readonly direct: boolean;
  /** Whatever the sender sent; the circle could read it if the parties did not encrypt. */
  readonly body: Json;
}

/** What the others sent in a round: the bodies by party number, in the order of the numbers. */
export interface RoundMessages {
  /** What each sent to all; empty when this party broadcast nothing. */
  readonly broadcasts: ReadonlyMap<number, Json>;
  /** What each sent to this party alone; empty when this party sent nothing of the kind. */
  readonly direct: ReadonlyMap<number, Json>;
}

/** Whose message it is, and which. */
export interface Slot {
  readonly round: number;
  readonly sender: number;
  readonly direct: boolean;
}

const nameOf = ({ round, sender, direct }: Slot): string => `${round} ${sender} ${direct}`;

/**
 * The messages of one relay session that have come and were not taken yet, those of later rounds too; bounded.
 *
 * Of each sender one broadcast and one direct message count in a round, the first: a sender that does not know whether
 * a message has left may send it again, and nobody says two things in one round.
 */
export class Inbox {
  readonly #allowance: Allowance;
  readonly #waiting = new Map<string, { message: RelayMessage; length: number }>();
  readonly #taken = new Set<string>();
  #closed = false;

  /** @param allowance for the characters of what waits */
  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** @returns false when there is no room */
  add({ round, sender, receiver, body }: Message, length: number): boolean {
    const message = { round, sender, direct: typeof receiver === 'number', body: body ?? null };
    const name = nameOf(message);
    if (this.#closed || this.#waiting.has(name) || this.#taken.has(name)) return true;
    if (this.#waiting.size + this.#taken.size >= maxMessages || !this.#allowance.take(length)) return false;
    this.#waiting.set(name, { message, length });
    return true;
  }

  takeFirst(): RelayMessage | undefined {
    for (const name of this.#waiting.keys()) return this.#take(name);
    return undefined;
  }

  /** Takes these messages, if all of them are there. */
  takeAll(wanted: readonly Slot[]): RoundMessages | undefined {
    if (this.missing(wanted).length > 0) return undefined;
    const messages = wanted.map((slot) => this.#take(nameOf(slot))).sort((a, b) => a.sender - b.sender);
    const bodies = (direct: boolean): Map<number, Json> =>
      new Map(messages.filter((one) => one.direct === direct).map((one) => [one.sender, one.body]));
    return { broadcasts: bodies(false), direct: bodies(true) };
  }

  /** Who has not sent everything that is wanted. */
  missing(wanted: readonly Slot[]): number[] {
    const senders = wanted.filter((slot) => !this.#waiting.has(nameOf(slot))).map((slot) => slot.sender);
    return [...new Set(senders)].sort((a, b) => a - b);
  }

  #take(name: string): RelayMessage {
    const entry = this.#waiting.get(name);
    if (!entry) throw new Error('a message that waits was not there');
    this.#waiting.delete(name);
    this.#allowance.giveBack(entry.length);
    this.#taken.add(name);
    return entry.message;
  }

  /** Drops what waits and keeps nothing more. */
  close(): void {
    this.#closed = true;
    for (const { length } of this.#waiting.values()) this.#allowance.giveBack(length);
    this.#waiting.clear();
  }
}
