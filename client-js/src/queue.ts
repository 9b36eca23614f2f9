interface Entry<T, G> {
  readonly item?: { readonly value: T; readonly weight: number };
  gap?: G;
}

/** Hands items to a listener one at a time, in order; bounded. What is dropped is told in its place. */
export class ListenerQueue<T, G> {
  readonly #capacity: number;
  readonly #deliver: (value: T) => unknown;
  readonly #tellGap: (gap: G) => unknown;
  readonly #merge: (first: G, next: G) => G;
  readonly #failed: (problem: unknown) => void;
  readonly #entries: Entry<T, G>[] = [];
  #weight = 0;
  #running = false;

  /**
   * @param capacity how much may wait
   * @param deliver may return a promise, which is waited for
   * @param failed gets what the listener throws
   */
  constructor(
    capacity: number,
    deliver: (value: T) => unknown,
    tellGap: (gap: G) => unknown,
    merge: (first: G, next: G) => G,
    failed: (problem: unknown) => void,
  ) {
    this.#capacity = capacity;
    this.#deliver = deliver;
    this.#tellGap = tellGap;
    this.#merge = merge;
    this.#failed = failed;
  }

  /** @param ifDropped what is told when there is no room */
  offer(value: T, weight: number, ifDropped: G): void {
    if (this.#weight + weight > this.#capacity) {
      this.lose(ifDropped);
    } else {
      this.#weight += weight;
      this.#add({ item: { value, weight } });
    }
  }

  /** Tells that something is missing here. */
  lose(gap: G): void {
    const last = this.#entries.at(-1);
    if (last?.gap !== undefined) last.gap = this.#merge(last.gap, gap);
    else this.#add({ gap });
  }

  #add(entry: Entry<T, G>): void {
    this.#entries.push(entry);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    await undefined; // never within the call that offers
    for (let next = this.#entries.shift(); next; next = this.#entries.shift()) {
      if (next.item) this.#weight -= next.item.weight;
      try {
        if (next.item) await this.#deliver(next.item.value);
        else if (next.gap !== undefined) await this.#tellGap(next.gap);
      } catch (problem) {
        this.#failed(problem);
      }
    }
    this.#running = false;
  }

  /** Drops what waits. */
  discard(): void {
    this.#entries.length = 0;
    this.#weight = 0;
  }
}
