import type { Json, Message, Session, SessionKind } from './api.js';
import { Deadline } from './clock.js';
import { BadReplyError, CircleError } from './errors.js';
import type { HeardSession } from './heard.js';
import type { RelayMessage, RoundMessages, Slot } from './inbox.js';
import type { RelayAsk } from './relay.js';
import { Round } from './round.js';

/**
 * One run of a threshold protocol: parties with numbers, who send each other messages in rounds.
 *
 * When the session is aborted or expires, all that wait in it and all later calls fail with `RelaySessionEndedError`.
 */
export class RelaySession {
  readonly #group: string;
  readonly #session: Session;
  readonly #heard: HeardSession;
  readonly #request: RelayAsk;
  readonly #timeoutMs: number;
  #number = 0;

  /** @internal */
  constructor(group: string, session: Session, heard: HeardSession, ask: RelayAsk, timeoutMs: number) {
    this.#group = group;
    this.#session = session;
    this.#heard = heard;
    this.#request = ask;
    this.#timeoutMs = timeoutMs;
  }

  /** Its id, a UUID: whoever is to sign with it needs it. */
  get id(): string {
    return this.#session.uuid;
  }

  get kind(): SessionKind {
    return this.#session.kind;
  }

  /** What its maker gave it; null when that was nothing. */
  get value(): Json {
    return this.#session.value ?? null;
  }

  /** The numbers of all parties, sorted; none until all seats are taken. */
  get parties(): readonly number[] {
    return this.#heard.parties;
  }

  /** The parties whose connection is lost, with the time until which each can come back. */
  get away(): ReadonlyMap<number, Date> {
    return new Map(this.#heard.away);
  }

  /**
   * This party's number.
   *
   * @throws TypeError before it has a seat
   */
  get number(): number {
    if (this.#number === 0) throw new TypeError('this party has no seat yet: sign up, or load a number');
    return this.#number;
  }

  /**
   * Takes a seat, and waits until all are taken: as many as the group has parties to make a key, one more than its
   * threshold to sign. To be called again after a timeout; the seat stays the same.
   *
   * @returns this party's number, from 1
   * @throws RelayTimeoutError when not all seats were taken in time
   */
  signUp(timeoutMs: number): Promise<number> {
    return this.#seat('Session.signup', { kind: this.kind }, timeoutMs);
  }

  /** Takes the seat of a certain number, such as that of a saved share; otherwise as `signUp`. */
  async load(share: number, timeoutMs: number): Promise<void> {
    await this.#seat('Session.load', { kind: this.kind, number: share }, timeoutMs);
  }

  async #seat(method: string, params: object, timeoutMs: number): Promise<number> {
    const deadline = new Deadline(timeoutMs);
    const number = await this.#ask(method, params, timeoutMs);
    if (typeof number !== 'number') throw new BadReplyError(method, 'it is no number');
    this.#number = number;
    const seated = (): true | undefined => (this.parties.length > 0 ? true : undefined);
    await this.#heard.room.wait(seated, deadline.left, 'not all seats are taken');
    return number;
  }

  /** Says by which index others call this party as a receiver, in a session that signs. */
  async participant(index: number): Promise<void> {
    await this.#ask('Session.participant', { index, number: this.number });
  }

  /** A round of the protocol, to be filled and sent: 0 to 65,535, each once, in any order. */
  round(round: number): Round {
    if (!Number.isInteger(round) || round < 0 || round > 65_535) {
      throw new TypeError(`a round is from 0 to 65535, not ${round}`);
    }
    return new Round(this, round, this.#timeoutMs);
  }

  /**
   * The message that came first and was not taken yet, of whatever round; waits for one.
   *
   * @throws RelayTimeoutError when none came in time
   */
  receive(timeoutMs: number): Promise<RelayMessage> {
    const first = (): RelayMessage | undefined => {
      this.#heard.throwIfClosed();
      return this.#heard.inbox.takeFirst();
    };
    return this.#heard.room.wait(first, timeoutMs, 'no message has come');
  }

  /** Says that this party is done. */
  async finish(): Promise<void> {
    await this.#ask('Session.finish', { number: this.number });
  }

  /** Waits until all parties are done. */
  async awaitClosed(timeoutMs: number): Promise<void> {
    const closed = (): true | undefined => (this.#heard.closed ? true : undefined);
    await this.#heard.room.wait(closed, timeoutMs, 'not all have finished');
  }

  /**
   * Ends the session for everybody, such as when another party does not keep to the protocol.
   *
   * @param reason for the others, at most 1,000 characters
   * @param accused the numbers of the parties that are to blame, if any
   */
  async abort(reason: string, accused: readonly number[] = []): Promise<void> {
    await this.#ask('Session.abort', { reason, accused });
  }

  /** @internal */
  others(): number[] {
    if (this.parties.length === 0) throw new TypeError('it is not known yet who the parties are: sign up');
    return this.parties.filter((party) => party !== this.number);
  }

  /** @internal */
  async send(message: Message, timeoutMs: number): Promise<void> {
    await this.#ask('Session.message', { kind: this.kind, message }, timeoutMs);
  }

  /** @internal */
  collect(wanted: readonly Slot[], timeoutMs: number): Promise<RoundMessages> {
    const { room, inbox } = this.#heard;
    const all = (): RoundMessages | undefined => {
      this.#heard.throwIfClosed();
      return inbox.takeAll(wanted);
    };
    return room.wait(all, timeoutMs, 'not all messages have come', () => inbox.missing(wanted));
  }

  /** What the circle says of a session that is over, its event has said better. */
  async #ask(method: string, params: object, patienceMs: number = this.#timeoutMs): Promise<unknown> {
    const { room } = this.#heard;
    room.throwIfEnded();
    const timeoutMs = Math.min(patienceMs, this.#timeoutMs);
    try {
      return await this.#request(method, { group_id: this.#group, session_id: this.id, ...params }, { timeoutMs, repeats: true });
    } catch (problem) {
      if (problem instanceof CircleError) room.throwIfEnded();
      throw problem;
    }
  }
}
