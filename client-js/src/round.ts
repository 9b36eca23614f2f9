import type { Json } from './api.js';
import { Deadline } from './clock.js';
import type { RoundMessages, Slot } from './inbox.js';
import type { RelaySession } from './relaysession.js';

const toAll = 0;

interface Outgoing {
  readonly receiver: number | null;
  readonly uuid: string;
  readonly body: Json;
  taken: boolean;
}

/**
 * One round of a protocol: what this party sends in it, and the wait for what the others send.
 *
 * When `collect` fails, call it again on the same object: what the circle has taken is not sent again. A new object for
 * the same round would send anew, and a party that says two different things in a round is taken for a cheat.
 */
export class Round {
  readonly #session: RelaySession;
  readonly #number: number;
  readonly #timeoutMs: number;
  readonly #messages = new Map<number, Outgoing>();

  /** @internal */
  constructor(session: RelaySession, number: number, timeoutMs: number) {
    this.#session = session;
    this.#number = number;
    this.#timeoutMs = timeoutMs;
  }

  /** Has something sent to all other parties. */
  broadcast(body: Json): this {
    return this.#add(toAll, body);
  }

  /**
   * Has something sent to one other party.
   *
   * @param receiver its number; in a sign session where indexes were mapped, its index
   */
  to(receiver: number, body: Json): this {
    if (!Number.isInteger(receiver) || receiver < 1 || receiver > 65_535) {
      throw new TypeError(`a receiver is from 1 to 65535, not ${receiver}`);
    }
    return this.#add(receiver, body);
  }

  #add(key: number, body: Json): this {
    if (this.#messages.has(key)) {
      throw new TypeError(`round ${this.#number} has a message to ${key === toAll ? 'all' : key} already`);
    }
    this.#messages.set(key, { receiver: key === toAll ? null : key, uuid: uuid(), body, taken: false });
    return this;
  }

  /** Sends what the circle has not taken yet, and waits for nobody: `RelaySession.receive` has what others send. */
  send(): Promise<void> {
    return this.#send(new Deadline(this.#timeoutMs));
  }

  async #send(deadline: Deadline): Promise<void> {
    for (const message of this.#messages.values()) {
      if (message.taken) continue;
      const { receiver, uuid: name, body } = message;
      const wire = { round: this.#number, sender: this.#session.number, receiver, uuid: name, body };
      await this.#session.send(wire, deadline.left);
      message.taken = true;
    }
  }

  /**
   * Sends what the circle has not taken yet, and waits for the others' messages of this round: for a broadcast of each
   * when this party broadcast, or sent nothing; for one to this party alone of each when this party sent something to
   * single ones. Those that came before it was called count.
   *
   * @throws RelayTimeoutError when some did not send in time; what has come is kept for the next call
   * @throws RelaySessionEndedError when the session was aborted, has expired or was finished by all
   */
  async collect(timeoutMs: number): Promise<RoundMessages> {
    const deadline = new Deadline(timeoutMs);
    await this.#send(deadline);
    return this.#session.collect(this.#awaited(), deadline.left);
  }

  #awaited(): Slot[] {
    const direct = [...this.#messages.keys()].some((key) => key !== toAll);
    const broadcasts = !direct || this.#messages.has(toAll);
    const kinds = [...(broadcasts ? [false] : []), ...(direct ? [true] : [])];
    return this.#session.others().flatMap((sender) => kinds.map((kind) => ({ round: this.#number, sender, direct: kind })));
  }
}

/** As `crypto.randomUUID`, which pages without TLS do not have (RFC 9562, version 4). */
function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
