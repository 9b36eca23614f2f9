import type { Group, Json, Session, SessionKind } from './api.js';
import type { HeardGroup } from './heard.js';
import type { RelayAsk } from './relay.js';
import { RelaySession } from './relaysession.js';
import { reply } from './reply.js';

/** What a session is made with. */
export interface SessionOptions {
  /** For those who join, such as what is to be signed. */
  readonly value?: Json;
  /** The keys that may take a seat: as many as there are seats, or more; every member if there are none. */
  readonly participants?: readonly string[];
}

/**
 * A group of parties at a circle's relay, in which this client is a member: those who hold shares of one key.
 *
 * What comes for it is kept until it is taken: 64 Mi characters of messages at most, in 4,096 sessions. A session that
 * would exceed that ends here.
 */
export class RelayGroup {
  readonly #group: Group;
  readonly #heard: HeardGroup;
  readonly #ask: RelayAsk;
  readonly #timeoutMs: number;
  readonly #forget: () => void;

  /** @internal */
  constructor(group: Group, heard: HeardGroup, ask: RelayAsk, timeoutMs: number, forget: () => void) {
    this.#group = group;
    this.#heard = heard;
    this.#ask = ask;
    this.#timeoutMs = timeoutMs;
    this.#forget = forget;
  }

  /** Its id, a UUID: whoever is to join needs it. */
  get id(): string {
    return this.#group.uuid;
  }

  /** What its maker called it. */
  get label(): string {
    return this.#group.label;
  }

  /** How many parties hold a share. */
  get parties(): number {
    return this.#group.params.parties;
  }

  /** One less than how many parties sign together. */
  get threshold(): number {
    return this.#group.params.threshold;
  }

  /** The number of the last event that came: with the group's id it is what a new process needs to come back. */
  get after(): number {
    return this.#heard.heard;
  }

  /**
   * Makes a session.
   *
   * @param kind `keygen`, which is announced to the other members, or `sign`
   */
  async create(kind: SessionKind, { value, participants }: SessionOptions = {}): Promise<RelaySession> {
    const params = { group_id: this.id, kind, value, participants };
    return this.#session(await this.#ask('Session.create', params));
  }

  /** Enters a session whose id is known; `kind` is the session's own. */
  async join(sessionId: string, kind: SessionKind): Promise<RelaySession> {
    const params = { group_id: this.id, session_id: sessionId, kind };
    return this.#session(await this.#ask('Session.join', params, { repeats: true }));
  }

  /**
   * The next session that another member has announced, the oldest first; waits for one. Only those that make a key
   * are announced.
   *
   * @throws RelayTimeoutError when none was in time
   */
  async awaitSession(timeoutMs: number): Promise<RelaySession> {
    const take = (): Session | undefined => this.#heard.takeAnnounced();
    return this.#session(await this.#heard.room.wait(take, timeoutMs, 'no session was announced'));
  }

  #session(result: unknown): RelaySession {
    const session: Session = reply('Session.join', result, { kind: 'string', uuid: 'string' });
    return new RelaySession(this.id, session, this.#heard.session(session.uuid), this.#ask, this.#timeoutMs);
  }

  /** Hears no more of the group here; the circle is told nothing. */
  forget(): void {
    this.#forget();
  }
}
