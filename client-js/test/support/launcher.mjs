// Circles served by the built launcher, whose process can end and come back: ports, keys and state stay.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keySigner, connect } from '../../dist/index.js';
import { randomHex } from '../../dist/options.js';
import { until } from './fakecircle.mjs';
import { Proxy } from './proxy.mjs';

const script = process.env.CIRCLES ?? fileURLToPath(new URL('../../../circles', import.meta.url));
const javaOptions = process.env.CIRCLES_JAVA_OPTS ?? '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';
const patience = 120_000;

process.once('SIGTERM', () => process.exit(143));
process.setMaxListeners(0);

// below those that systems give to connections that leave, and none twice
const firstPort = 20_000;
const ports = 12_000;
let nextPort = Math.floor(Math.random() * ports);

async function freePort() {
  for (let i = 0; i < ports; i++) {
    const port = firstPort + (nextPort++ % ports);
    const server = net.createServer();
    const free = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (free) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
  throw new Error('no port is free');
}

/** A circle that a launcher serves. */
class Place {
  #launcher;
  #index;

  constructor(launcher, index, port) {
    this.#launcher = launcher;
    this.#index = index;
    this.port = port;
  }

  get member() {
    return this.#launcher.member;
  }

  get stranger() {
    return this.#launcher.stranger;
  }

  /** Its key. */
  get circle() {
    return this.#launcher.keys[this.#index];
  }

  /** A client of the member past any proxy. */
  aside() {
    const url = `ws://127.0.0.1:${this.port}`;
    return connect(url, { signer: this.member, requestTimeoutMs: patience, reconnect: { patienceMs: patience } });
  }

  end(signal) {
    return this.#launcher.end(signal);
  }

  begin() {
    return this.#launcher.begin();
  }

  restart(signal) {
    return this.#launcher.restart(signal);
  }

  close() {
    return this.#launcher.close();
  }
}

/** A process that serves circles, can end and come back. */
class Launcher {
  member = keySigner(randomHex(32));
  stranger = keySigner(randomHex(32));
  folder = mkdtempSync(join(tmpdir(), 'circles-js-'));
  keys = [];
  places = [];
  #circles = [];
  #process;
  #ended;
  #err = '';

  /**
   * Adds a circle, before the start.
   *
   * @param circle of circles.json: `module` is the text of its main.js
   */
  async add({ module = 'export const nothing = 0;', proxyPort, ...circle } = {}) {
    const index = this.places.length;
    const port = await freePort();
    const name = `c${index}`;
    mkdirSync(join(this.folder, name));
    writeFileSync(join(this.folder, name, 'main.js'), module);
    const limits = { wall_ms: 60_000, cpu_ms: 60_000, ping_ms: 60_000, idle_ms: 600_000, ...circle.limits };
    const origins = [port, proxyPort].map((one) => `ws://127.0.0.1:${one}`);
    const members = [{ key: this.member.publicKey }];
    this.#circles.push({ name, port, script: `${name}/main.js`, members, origins, ...circle, limits });
    const place = new Place(this, index, port);
    this.places.push(place);
    return place;
  }

  /** Starts the process and waits until it serves. */
  async begin() {
    const announced = join(this.folder, 'up.json');
    const file = { workers: { count: 0 }, circles: this.#circles };
    writeFileSync(join(this.folder, 'circles.json'), JSON.stringify(file));
    rmSync(announced, { force: true });
    const env = { ...process.env, HOME: this.folder, CIRCLES_JAVA_OPTS: javaOptions };
    this.#process = spawn(script, ['up', '--announce', 'up.json'], { cwd: this.folder, env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process.stderr.on('data', (text) => (this.#err = `${this.#err}${text}`.slice(-10_000)));
    this.#ended = new Promise((resolve) => this.#process.on('exit', (code) => resolve(code)));
    const running = this.#process;
    // also when the tests themselves are ended
    process.once('exit', () => running.kill('SIGKILL'));
    const up = () => {
      if (running.exitCode !== null) throw new Error(`the launcher ended with ${running.exitCode}: ${this.#err}`);
      try {
        return JSON.parse(readFileSync(announced, 'utf8'));
      } catch {
        return undefined;
      }
    };
    const circles = await until(up, 'the launcher serves', patience);
    this.keys = circles.map((circle) => circle.public_key);
  }

  async end(signal) {
    this.#process.kill(`SIG${signal}`);
    await this.#ended;
  }

  async restart(signal) {
    await this.end(signal);
    await this.begin();
  }

  async close() {
    await this.end('KILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Circles of one launcher, each with a proxy before it, and the address of that. */
export async function serveAllBehindProxies(circles) {
  const launcher = new Launcher();
  const served = [];
  for (const circle of circles) {
    let place;
    const proxy = new Proxy(() => place.port);
    const proxyPort = await proxy.listen();
    place = await launcher.add({ ...circle, proxyPort });
    served.push({ launcher: place, proxy, url: `ws://127.0.0.1:${proxyPort}` });
  }
  await launcher.begin();
  return served;
}

/** One circle. */
export async function serveBehindProxy(circle) {
  const [served] = await serveAllBehindProxies([circle]);
  return served;
}
