import type { Events } from './api.js';
import type { Notification } from './message.js';

/** Hears a notification of the circle that nothing else of the client takes. */
export type EventListener<K extends keyof Events> = (params: Events[K]) => void;

/** Who hears notifications, by their name. */
export class EventListeners {
  readonly #byName = new Map<string, Set<(params: never) => void>>();
  readonly #log: (message: string, detail: unknown) => void;

  /** @param log gets what listeners throw */
  constructor(log: (message: string, detail: unknown) => void) {
    this.#log = log;
  }

  /** @returns ends it */
  add<K extends keyof Events>(name: K, listener: EventListener<K>): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  tell({ method, params }: Notification): void {
    for (const listener of this.#byName.get(method) ?? []) {
      try {
        (listener as (params: object) => void)(params);
      } catch (problem) {
        this.#log('a listener failed', problem);
      }
    }
  }
}
