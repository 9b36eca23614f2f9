import type { Group, GroupJoinParams } from './api.js';
import { CircleError, ConnectionLostError } from './errors.js';
import { HeardGroup } from './heard.js';
import type { Link } from './link.js';
import type { Notification } from './message.js';
import type { Settings } from './options.js';
import { RelayGroup } from './relaygroup.js';
import { reply } from './reply.js';
import type { Request, Requests } from './requests.js';

const events = new Set([
  'sessionCreate',
  'sessionSignup',
  'sessionLoad',
  'sessionMessage',
  'sessionClosed',
  'sessionAborted',
  'sessionExpired',
  'partyPresence',
]);

/** Makes a request of the relay's; one that does no harm when it is made twice is sent again after a lost connection. */
export type RelayAsk = (method: string, params: object, options?: Partial<Request>) => Promise<unknown>;

/**
 * The relay of a circle: parties that hold shares of a key run a threshold protocol among themselves, and the circle
 * carries their messages. Groups and sessions go on over lost connections: what the circle sent meanwhile comes in
 * order, exactly once.
 *
 * The circle can read, drop and hold back what it carries: encrypt and authenticate every body between the parties.
 */
export class Relay {
  readonly #settings: Settings;
  readonly #requests: Requests;
  readonly #groups = new Map<string, HeardGroup>();

  /** @internal */
  constructor(settings: Settings, requests: Requests) {
    this.#settings = settings;
    this.#requests = requests;
  }

  readonly #ask: RelayAsk = (method, params, options) =>
    this.#requests.call(method, params, { timeoutMs: this.#settings.requestTimeoutMs, ...options });

  /**
   * Makes a group, whose first member this client is.
   *
   * @param label for people, at most 256 characters
   * @param parties how many shares the key has, 2 or more
   * @param threshold one less than how many parties sign together: 1 or more, less than `parties`
   */
  async create(label: string, parties: number, threshold: number): Promise<RelayGroup> {
    const heard = new HeardGroup(0);
    const parameters = { parties, threshold };
    const first = (id: unknown): void => void this.#groups.set(String(id), heard);
    const id = String(await this.#ask('Group.create', { label, parameters }, { first }));
    return this.#group({ label, params: parameters, uuid: id }, heard);
  }

  /**
   * Becomes a member of a group, or comes back to it; its events come to this client from now on.
   *
   * @param after in a new process, as `RelayGroup.after` was in the old one: what came later is sent again
   */
  async join(groupId: string, after?: number): Promise<RelayGroup> {
    const heard = new HeardGroup(after ?? 0);
    const params: GroupJoinParams = { group_id: groupId, after };
    const first = (): void => void this.#groups.set(groupId, heard);
    const result = await this.#ask('Group.join', params, { first, repeats: true });
    return this.#group(reply('Group.join', result, { label: 'string', params: 'object', uuid: 'string' }), heard);
  }

  #group(group: Group, heard: HeardGroup): RelayGroup {
    return new RelayGroup(group, heard, this.#ask, this.#settings.requestTimeoutMs, () => this.#groups.delete(group.uuid));
  }

  /** @internal @returns whether it was a known group's */
  take(event: Notification): boolean {
    const { group_id: id } = event.params;
    const group = events.has(event.method) && typeof id === 'string' ? this.#groups.get(id) : undefined;
    group?.hear(event);
    return group !== undefined;
  }

  /** @internal Brings all groups back on a connection. What waits in one that is refused fails. */
  async restore(link: Link): Promise<void> {
    await Promise.all([...this.#groups].map(([id, group]) => this.#rejoin(id, group, link)));
  }

  async #rejoin(id: string, group: HeardGroup, link: Link): Promise<void> {
    const params: GroupJoinParams = { group_id: id, after: group.heard };
    try {
      await link.call({ method: 'Group.join', params, timeoutMs: this.#settings.requestTimeoutMs });
    } catch (problem) {
      if (!(problem instanceof CircleError) || problem.retryable) throw problem;
      this.#groups.delete(id);
      group.lose(() => new CircleError(problem.message, problem.code, problem.data));
    }
  }

  /** @internal The client is closed. */
  end(why: unknown): void {
    const reason = why instanceof Error ? why.message : String(why);
    for (const group of this.#groups.values()) {
      group.lose(() => new ConnectionLostError({ code: 1000, reason, cause: why }, false));
    }
    this.#groups.clear();
  }
}
