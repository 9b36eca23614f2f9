// A TCP proxy that cuts, delays, halves and swallows.
import net from 'node:net';

export class Proxy {
  #target;
  #server;
  #pairs = new Set();
  #refuse = false;
  #swallow = false;
  #delay = 0;
  #once;
  #pose = false;

  /** @param port gives the circle's */
  constructor(port) {
    this.#target = port;
    this.#server = net.createServer((client) => this.#accept(client));
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#server.address().port;
  }

  #accept(client) {
    if (this.#refuse) return client.destroy();
    const server = this.#swallow ? undefined : net.connect(this.#target(), '127.0.0.1');
    const pair = { client, server, delay: this.#delay, swallowed: this.#swallow, pose: this.#pose };
    this.#pairs.add(pair);
    for (const socket of [client, server]) {
      socket?.setNoDelay(true);
      socket?.on('error', () => this.#cut(pair));
      socket?.on('close', () => this.#cut(pair));
    }
    client.on('data', (bytes) => pair.swallowed || server.write(this.#posing(pair, bytes)));
    client.on('end', () => pair.swallowed || server.end());
    server?.on('data', (bytes) => this.#pass(pair, bytes));
    server?.on('end', () => pair.swallowed || this.#later(pair, () => client.end()));
  }

  /** The request to upgrade is what comes first, in one piece. */
  #posing(pair, bytes) {
    if (!pair.pose) return bytes;
    pair.pose = false;
    const head = bytes.toString('latin1').replace(/^(Host: [^\r]*:)\d+/im, `$1${this.#target()}`);
    return Buffer.from(head, 'latin1');
  }

  #pass(pair, bytes) {
    if (pair.swallowed) return;
    const once = bytes.includes('"output":') ? this.#once : undefined;
    if (once) this.#once = undefined;
    if (once === 'cut') return this.#cut(pair);
    if (once === 'halve') {
      pair.client.write(bytes.subarray(0, bytes.length / 2), () => this.#cut(pair));
      return;
    }
    this.#later(pair, () => pair.client.write(bytes));
  }

  #later(pair, what) {
    if (pair.delay > 0) setTimeout(() => this.#pairs.has(pair) && what(), pair.delay);
    else what();
  }

  #cut(pair) {
    if (!this.#pairs.delete(pair)) return;
    pair.client.resetAndDestroy();
    pair.server?.resetAndDestroy();
  }

  cut() {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  /** The next answer of a play or call is thrown away, and its connection is cut. */
  cutAtReply() {
    this.#once = 'cut';
  }

  /** That is passed on by half before. */
  halve() {
    this.#once = 'halve';
  }

  blackhole() {
    this.#swallow = true;
    for (const pair of this.#pairs) pair.swallowed = true;
  }

  refuse() {
    this.#refuse = true;
  }

  /** Gives itself out as the circle in new connections. */
  pose() {
    this.#pose = true;
  }

  /**
   * Sends a text frame to all clients as if it were the circle's, so often.
   *
   * @param announced how long it says that the text is
   */
  say(text, times, announced = text.length) {
    const head = Buffer.alloc(10);
    head.writeUInt16BE(0x817f);
    head.writeBigUInt64BE(BigInt(announced), 2);
    const short = announced < 126 ? Buffer.from([0x81, announced]) : announced < 65_536 ? Buffer.from([0x81, 126, announced >> 8, announced & 255]) : head;
    const frame = Buffer.concat([short, Buffer.from(text)]);
    const frames = Buffer.concat(Array(times).fill(frame));
    for (const pair of this.#pairs) pair.client.write(frames);
  }

  delay(ms) {
    this.#delay = ms;
    for (const pair of this.#pairs) pair.delay = ms;
  }

  heal() {
    this.#refuse = this.#swallow = this.#pose = false;
    this.#delay = 0;
    for (const pair of this.#pairs) if (pair.swallowed) this.#cut(pair);
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
