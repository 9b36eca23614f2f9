/** Milliseconds that only go forward, from an arbitrary start. */
export const now = (): number => performance.now();

/** The longest that a timer can wait. */
const longest = 2 ** 31 - 1;

/** As `setTimeout`, but a wait that is longer than a timer can be is cut, not taken for none. */
export const after = (ms: number, what: () => void): Timer => setTimeout(what, Math.min(Math.max(ms, 0), longest));

export type Timer = ReturnType<typeof setTimeout>;

/** What is left of a wait. */
export class Deadline {
  readonly #end: number;

  constructor(readonly ms: number) {
    this.#end = now() + ms;
  }

  /** In milliseconds, 0 when it has passed. */
  get left(): number {
    return Math.max(0, this.#end - now());
  }
}
