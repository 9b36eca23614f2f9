import { after } from './clock.js';
import { RelayTimeoutError } from './errors.js';

/** Where callers wait for what is heard of the circle. */
export class WaitingRoom {
  readonly #waiting = new Set<() => void>();
  #end: (() => Error) | undefined;

  /** Something that may be waited for has changed. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Whoever waits, and whoever comes, gets this failure, even if what is wanted is there. The first end counts. */
  end(why: () => Error): void {
    this.#end ??= why;
    this.changed();
  }

  throwIfEnded(): void {
    if (this.#end) throw this.#end();
  }

  /**
   * Waits until something is there.
   *
   * @param wanted looks for it, and may take it; called again after each change
   * @param late says who is missing
   * @throws RelayTimeoutError when it was not there in time
   */
  wait<T>(wanted: () => T | undefined, timeoutMs: number, what: string, late: () => number[] = () => []): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(look);
        clearTimeout(timer);
      };
      const look = (): void => {
        try {
          this.throwIfEnded();
          const found = wanted();
          if (found === undefined) return;
          leave();
          resolve(found);
        } catch (problem) {
          leave();
          reject(problem);
        }
      };
      const timer = after(timeoutMs, () => {
        leave();
        reject(new RelayTimeoutError(what, timeoutMs, late()));
      });
      this.#waiting.add(look);
      look();
    });
  }
}
