import type { Json, Subscribed, SubscribeParams } from './api.js';
import { CircleError } from './errors.js';
import { EventFlow, type EventGap, type Published } from './eventflow.js';
import type { Link } from './link.js';
import type { Notification } from './message.js';
import type { CallOptions, Settings } from './options.js';
import { reply } from './reply.js';
import type { Requests } from './requests.js';
import type { ConnectionState } from './state.js';
import { Handover, Subscription } from './subscription.js';

/** How a subscription is made. */
export interface SubscribeOptions extends CallOptions {
  /** Number of the last event that is known: the kept ones after it are sent too. */
  readonly after?: number;
  /** Hears in its place that events are missing. */
  readonly onGap?: (gap: EventGap) => unknown;
}

const subscribed = (result: unknown): Subscribed =>
  reply('subscribe', result, { subscription: 'string', seq: 'number', gap: 'boolean' });

/** All subscriptions of a client. */
export class Subscriptions {
  readonly #settings: Settings;
  readonly #state: ConnectionState;
  readonly #requests: Requests;
  readonly #flows = new Map<EventFlow, (why: unknown) => void>();

  constructor(settings: Settings, state: ConnectionState, requests: Requests) {
    this.#settings = settings;
    this.#state = state;
    this.#requests = requests;
  }

  async subscribe<T extends Json>(
    topic: string,
    listener: ((event: Published<T>) => unknown) | undefined,
    { after, onGap = () => {}, timeoutMs = this.#settings.requestTimeoutMs, signal }: SubscribeOptions,
  ): Promise<Subscription<T>> {
    const events = listener ? undefined : new Handover<Published<T>>();
    const deliver = listener ?? ((event: Published<T>) => events?.give(event));
    const failed = (problem: unknown): void => this.#settings.log('a listener of events failed', problem);
    const flow = new EventFlow(topic, after, (event) => deliver(event as Published<T>), onGap, failed);
    const request = {
      timeoutMs,
      ...(signal && { signal }),
      repeats: true,
      first: (result: unknown, link: Link): void => {
        flow.resume(link, subscribed(result));
        this.#flows.set(flow, (why) => events?.end({ why }));
      },
    };
    await this.#requests.call('subscribe', params(flow), request);
    return new Subscription<T>(flow, events, () => this.#close(flow));
  }

  async #close(flow: EventFlow): Promise<void> {
    flow.end();
    const { link } = this.#state;
    if (!this.#flows.delete(flow) || !link?.takesRequests) return;
    const timeoutMs = this.#settings.requestTimeoutMs;
    await link.call({ method: 'unsubscribe', params: { subscription: flow.id }, timeoutMs }).catch(() => {});
  }

  /** @returns whether somebody listens to it */
  take(event: Notification, link: Link): boolean {
    for (const flow of this.#flows.keys()) if (flow.take(event, link)) return true;
    return false;
  }

  /** Brings all back on a connection. One that the circle refuses has ended. */
  async restore(link: Link): Promise<void> {
    await Promise.all([...this.#flows].map(([flow, end]) => this.#resume(flow, end, link)));
  }

  async #resume(flow: EventFlow, end: (why: unknown) => void, link: Link): Promise<void> {
    const first = (result: unknown): void => flow.resume(link, subscribed(result));
    const timeoutMs = this.#settings.requestTimeoutMs;
    try {
      await link.call({ method: 'subscribe', params: params(flow), timeoutMs, first });
    } catch (problem) {
      if (!(problem instanceof CircleError) || problem.retryable) throw problem;
      this.#flows.delete(flow);
      flow.refused();
      end(problem);
      this.#settings.log(`the circle refused to restore the subscription to ${flow.topic}`, problem);
    }
  }

  /** The client is closed. */
  end(why: unknown): void {
    for (const [flow, end] of this.#flows) {
      flow.end();
      end(why);
    }
    this.#flows.clear();
  }
}

/** With the number that is known now: it grows while the subscription lives. */
const params = ({ topic, last }: EventFlow): SubscribeParams => ({ topic, after: last });
