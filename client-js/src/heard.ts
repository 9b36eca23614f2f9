import type { Json, Message, Session } from './api.js';
import { RelaySessionEndedError, type RelayEnding } from './errors.js';
import type { Notification } from './message.js';
import { Allowance, Inbox } from './inbox.js';
import { busy } from './pending.js';
import { WaitingRoom } from './waitingroom.js';

const maxSessions = 4096;
const maxWaiting = 64 << 20;

/** What this client has heard of one relay session. */
export class HeardSession {
  readonly room = new WaitingRoom();
  readonly inbox: Inbox;
  /** Nobody, until all seats are taken. */
  parties: readonly number[] = [];
  readonly away = new Map<number, Date>();
  /** All parties have finished. */
  closed = false;
  /** Nothing more comes. */
  over = false;
  readonly #id: string;

  constructor(id: string, allowance: Allowance) {
    this.#id = id;
    this.inbox = new Inbox(allowance);
  }

  hear({ method, params, length }: Notification): void {
    if (method === 'sessionSignup' || method === 'sessionLoad') this.parties = numbers(params.parties);
    else if (method === 'sessionMessage') this.#keep(params.message as unknown as Message, length);
    else if (method === 'partyPresence') this.#note(params);
    else if (method === 'sessionClosed') this.#close();
    else this.end(endingOf(method, params));
    this.room.changed();
  }

  /** Without a message for which there is no room the protocol cannot go on. */
  #keep(message: Message, length: number): void {
    if (this.inbox.add(message, length)) return;
    this.end({ reason: 'more has come than can wait here', accused: [message.sender] });
  }

  #note({ number, present, grace_until: until }: Notification['params']): void {
    if (typeof number !== 'number') return;
    if (present || typeof until !== 'number') this.away.delete(number);
    else this.away.set(number, new Date(until * 1000));
  }

  #close(): void {
    this.closed = this.over = true;
    this.inbox.close();
  }

  end(ending: RelayEnding): void {
    this.room.end(() => new RelaySessionEndedError(this.#id, ending));
    this.over = true;
    this.inbox.close();
  }

  /** For what cannot come any more once all have finished. */
  throwIfClosed(): void {
    if (this.closed) throw new RelaySessionEndedError(this.#id, { reason: 'all parties have finished' });
  }
}

const numbers = (value: Json | undefined): number[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'number').sort((a, b) => a - b) : [];

function endingOf(method: string, { reason, by, accused, missing, open_seats: seats }: Notification['params']): RelayEnding {
  return method === 'sessionAborted'
    ? {
        reason: String(reason),
        by: typeof by === 'number' ? by : undefined,
        accused: numbers(accused),
        missing: numbers(missing),
      }
    : {
        reason: 'nothing was done in it for too long',
        missing: numbers(missing),
        openSeats: typeof seats === 'number' ? seats : 0,
      };
}

/** What this client has heard in one relay group, over one connection after the other. */
export class HeardGroup {
  readonly room = new WaitingRoom();
  readonly #allowance = new Allowance(maxWaiting);
  readonly #sessions = new Map<string, HeardSession>();
  readonly #announced: Session[] = [];
  #heard: number;
  #lost: (() => Error) | undefined;

  /** @param heard the number of the last event that is known already */
  constructor(heard: number) {
    this.#heard = heard;
  }

  get heard(): number {
    return this.#heard;
  }

  /** Takes an event, unless it has come before. */
  hear(event: Notification): void {
    const { seq, session_id: id } = event.params;
    if (typeof seq !== 'number' || typeof id !== 'string' || seq < this.#heard) return;
    // When the node is gone that has the sessions, another tells that they are aborted, and has no number for that: it
    // gives the last one.
    if (seq === this.#heard && event.method !== 'sessionAborted') return;
    this.#heard = seq;
    if (event.method === 'sessionCreate') {
      if (this.#announced.length < maxSessions) this.#announced.push(event.params.session as unknown as Session);
      this.room.changed();
      return;
    }
    const session = this.#inside(id);
    session?.hear(event);
    if (session?.over) this.#sessions.delete(id);
  }

  takeAnnounced(): Session | undefined {
    return this.#announced.shift();
  }

  /** A session of the group, with whatever was heard of it before somebody asked. */
  session(id: string): HeardSession {
    const session = this.#inside(id);
    if (!session) throw busy('too many sessions of the group are open here', maxSessions);
    return session;
  }

  #inside(id: string): HeardSession | undefined {
    const known = this.#sessions.get(id);
    if (known || this.#sessions.size >= maxSessions) return known;
    const session = new HeardSession(id, this.#allowance);
    if (this.#lost) session.room.end(this.#lost);
    this.#sessions.set(id, session);
    return session;
  }

  /** The group cannot be gone on with: whoever waits in it, and whoever comes, gets this failure. */
  lose(why: () => Error): void {
    this.#lost = why;
    this.room.end(why);
    for (const session of this.#sessions.values()) session.room.end(why);
  }
}
