import type { Authenticated, Events, Json, Methods, Played, Whoami } from './api.js';
import { Connection } from './connection.js';
import { BadReplyError } from './errors.js';
import type { Published } from './eventflow.js';
import { EventListeners, type EventListener } from './listeners.js';
import type { Link } from './link.js';
import type { Notification } from './message.js';
import { idempotencyKey, settingsOf, usual, type CallOptions, type ConnectOptions, type RunOptions, type Settings } from './options.js';
import { Relay } from './relay.js';
import { reply } from './reply.js';
import { Requests } from './requests.js';
import { Session } from './session.js';
import { SignDesk } from './signdesk.js';
import { ConnectionState, type ClientState } from './state.js';
import type { Subscription } from './subscription.js';
import { Subscriptions, type SubscribeOptions } from './subscriptions.js';

/**
 * A client of a circle, made by `connect`.
 *
 * When its connection is lost it connects again by itself, logs in afresh, and restores its subscriptions, its
 * listening for requests to sign and its relay groups. A request that was in flight fails with a `ConnectionLostError`
 * that says whether it may have been done, or is sent again if it has an idempotency key. One that could not be sent
 * waits for the next connection, within its timeout.
 *
 * What the circle answers with an error is a `CircleError`; everything else that goes wrong is one of the few
 * `ClientError`s.
 */
export class CircleClient {
  readonly #settings: Settings;
  readonly #state: ConnectionState;
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #subscriptions: Subscriptions;
  readonly #desk: SignDesk | undefined;
  readonly #listeners: EventListeners;
  #loggedOut = false;

  /** The circle's relay, which carries messages between the parties of a threshold protocol. */
  readonly relay: Relay;

  private constructor(settings: Settings) {
    this.#settings = settings;
    this.#listeners = new EventListeners(settings.log);
    this.#state = new ConnectionState((state) => this.#changed(state));
    this.#session = new Session(settings, (link) => this.#restore(link), (why) => this.#connection.fail(why));
    this.#connection = new Connection(settings, this.#state, this.#session, (event, link) => this.#take(event, link));
    this.#requests = new Requests(this.#state, this.#session);
    this.#subscriptions = new Subscriptions(settings, this.#state, this.#requests);
    this.relay = new Relay(settings, this.#requests);
    const { signer, onSignRequest } = settings;
    this.#desk = signer && onSignRequest && new SignDesk(settings, signer, onSignRequest, this.#requests, this.#session);
  }

  /** @internal */
  static async connect(address: string | URL, options: ConnectOptions): Promise<CircleClient> {
    const client = new CircleClient(settingsOf(address, options));
    const { signal } = options;
    const abort = (): void => client.#connection.fail(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      await client.#connection.start();
      return client;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async #restore(link: Link): Promise<void> {
    await Promise.all([
      this.#subscriptions.restore(link),
      this.relay.restore(link),
      this.#loggedOut ? undefined : this.#desk?.listen(link),
    ]);
  }

  #take(event: Notification, link: Link): void {
    if (event.method === 'server_draining') link.draining = true;
    if (event.method === 'session_expired') this.#session.expired(link);
    const taken = this.#subscriptions.take(event, link) || this.relay.take(event) || this.#desk?.take(event);
    if (!taken) this.#listeners.tell(event);
  }

  #changed(state: ClientState): void {
    if (state.status === 'waiting') this.#desk?.end('the connection was lost');
    if (state.status === 'closed') {
      this.#desk?.end('the client was closed');
      this.#subscriptions.end(state.why);
      this.relay.end(state.why);
    }
    try {
      this.#settings.onState(state);
    } catch (problem) {
      this.#settings.log('the listener of states failed', problem);
    }
  }

  /** How it stands with its circle now; `onState` hears of changes. */
  get state(): ClientState {
    return this.#state.now;
  }

  /** The circle's key. With a signer it is proven; without, it is only what the caller expects, if anything. */
  get circle(): string | undefined {
    return this.#session.circle;
  }

  /** The key that this client logs in with. */
  get publicKey(): string | undefined {
    return this.#settings.key;
  }

  /**
   * Runs a script.
   *
   * @param args the script's global `args`
   * @throws CircleError what the circle answered; of the kind `script_error` when the script threw
   */
  play(script: string, args?: Json, options: RunOptions = {}): Promise<Played> {
    return this.#run('play', { script, args }, options);
  }

  /**
   * Calls a function of the circle.
   *
   * @param args the function's only argument
   * @throws CircleError what the circle answered; of the kind `no_such_function` when it has none of that name
   */
  call(name: string, args?: Json, options: RunOptions = {}): Promise<Played> {
    return this.#run('call', { function: name, args }, options);
  }

  async #run(method: 'play' | 'call', what: object, options: RunOptions): Promise<Played> {
    const key = idempotencyKey(options);
    const params = { ...what, timeout_ms: options.scriptTimeoutMs, idempotency_key: key };
    const result = await this.#requests.call(method, params, { ...usual(this.#settings, options), repeats: key !== undefined });
    return reply(method, result, { output: 'string', logs: 'array', usage: 'object' });
  }

  /** Asks for the events of a topic, for a listener: one at a time, in order; a promise that it returns is waited for. */
  subscribe<T extends Json = Json>(
    topic: string,
    listener: (event: Published<T>) => unknown,
    options?: SubscribeOptions,
  ): Promise<Subscription<T>>;
  /** Likewise, for `for await` over the subscription. */
  subscribe<T extends Json = Json>(topic: string, options?: SubscribeOptions): Promise<Subscription<T>>;
  subscribe<T extends Json = Json>(
    topic: string,
    first?: ((event: Published<T>) => unknown) | SubscribeOptions,
    options: SubscribeOptions = {},
  ): Promise<Subscription<T>> {
    return typeof first === 'function'
      ? this.#subscriptions.subscribe(topic, first, options)
      : this.#subscriptions.subscribe<T>(topic, undefined, first ?? {});
  }

  /**
   * Hears notifications of the circle by their name, such as `server_draining`, or an event of a subscription that was
   * made with `request`. What subscriptions, the relay and signing take does not come here.
   *
   * @returns ends it
   */
  on<K extends keyof Events>(name: K, listener: EventListener<K>): () => void {
    return this.#listeners.add(name, listener);
  }

  /** Calls any method of the circle, with params by name. */
  request<M extends keyof Methods>(
    method: M,
    ...[params, options = {}]: Record<string, never> extends Methods[M]['params']
      ? [params?: Methods[M]['params'], options?: CallOptions]
      : [params: Methods[M]['params'], options?: CallOptions]
  ): Promise<Methods[M]['result']> {
    return this.#requests.call(method, params, usual(this.#settings, options)) as Promise<Methods[M]['result']>;
  }

  /** Asks the circle who this client is to it, and what it may do. */
  async whoami(options: CallOptions = {}): Promise<Whoami> {
    const result = await this.#requests.call('whoami', undefined, { ...usual(this.#settings, options), repeats: true });
    return reply('whoami', result, { authenticated: 'boolean', circle: 'string', roles: 'array', capabilities: 'array' });
  }

  /** Ends the session; the client goes on as an anonymous one, and logs in no more. */
  async logout(options: CallOptions = {}): Promise<void> {
    this.#loggedOut = true;
    this.#session.stop();
    this.#desk?.end('the client has logged out');
    const result = await this.#requests.call('logout', undefined, { ...usual(this.#settings, options), repeats: true });
    if (reply<Authenticated>('logout', result, { authenticated: 'boolean' }).authenticated) throw new BadReplyError('logout', 'authenticated is true');
  }

  /** Closes the connection; what is in flight fails. Waits for the circle's consent, two seconds at most. */
  close(): Promise<void> {
    return this.#connection.close();
  }
}
