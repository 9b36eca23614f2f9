// The child process: runs scripts in isolated-vm.
//
// Reads [id, 'play', script, args, timeoutMs] and [id, 'call', name, args, timeoutMs], answers [id, null, value] or
// [id, error message]. A play runs in a context of its own; a call in the circle's warm one. --isolates N are kept and
// served in turn, each on a thread of isolated-vm's, and plays --at-once N in each: with dozens of contexts alive in one
// isolate it was measured to be a third slower, and more. With --fresh-isolate each play has an isolate of its own.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import ivm from 'isolated-vm';
import { lineWriter, readLines } from './lines.mjs';

const { values: options } = parseArgs({
  options: {
    module: { type: 'string' },
    isolates: { type: 'string', default: '2' },
    'at-once': { type: 'string', default: '1' },
    'fresh-isolate': { type: 'boolean', default: false },
  },
});
const MEMORY_MB = 256;
const SCRIPTS_KEPT = 1000;
const moduleText = readFileSync(options.module, 'utf8');

// One isolate with the circle's functions in a warm context, and the scripts it has compiled.
class Place {
  scripts = new Map();
  functions = new Map();
  lanes = new Array(Number(options['at-once'])).fill(Promise.resolve());
  lane = 0;

  constructor() {
    this.isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB });
    this.ready = this.load();
  }

  async load() {
    this.warm = await this.isolate.createContext();
    const module = await this.isolate.compileModule(moduleText);
    await module.instantiate(this.warm, () => {
      throw new Error('imports are not allowed');
    });
    await module.evaluate();
    this.exports = module.namespace;
  }

  async script(text) {
    let script = this.scripts.get(text);
    if (script === undefined) {
      script = await this.isolate.compileScript(text);
      if (this.scripts.size >= SCRIPTS_KEPT) this.scripts.delete(this.scripts.keys().next().value);
      this.scripts.set(text, script);
    }
    return script;
  }

  play(text, args, timeout) {
    this.lane = (this.lane + 1) % this.lanes.length;
    const play = this.lanes[this.lane].then(() => this.playNow(text, args, timeout));
    this.lanes[this.lane] = play.catch(() => undefined);
    return play;
  }

  async playNow(text, args, timeout) {
    const script = await this.script(text);
    const context = await this.isolate.createContext();
    try {
      if (args !== null) await context.global.set('args', args, { copy: true });
      return await script.run(context, { timeout, copy: true });
    } finally {
      context.release();
    }
  }

  async call(name, args, timeout) {
    let called = this.functions.get(name);
    if (called === undefined) {
      called = await this.exports.get(name, { reference: true });
      if (called?.typeof !== 'function') throw new Error('no such function');
      this.functions.set(name, called);
    }
    return called.apply(undefined, [args], { timeout, arguments: { copy: true }, result: { copy: true } });
  }
}

const places = Array.from({ length: Number(options.isolates) }, () => new Place());
let turn = 0;

// An isolate that a script has brought to its memory limit is disposed of; the next request gets a new one.
function place() {
  turn = (turn + 1) % places.length;
  if (places[turn].isolate.isDisposed) places[turn] = new Place();
  return places[turn];
}

let isolates = 0;
const waitingForIsolate = [];

async function playInNewIsolate(text, args, timeout) {
  if (isolates >= places.length) await new Promise((resolve) => waitingForIsolate.push(resolve));
  isolates++;
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB });
  try {
    const context = await isolate.createContext();
    if (args !== null) await context.global.set('args', args, { copy: true });
    const script = await isolate.compileScript(text);
    return await script.run(context, { timeout, copy: true });
  } finally {
    if (!isolate.isDisposed) isolate.dispose();
    isolates--;
    waitingForIsolate.shift()?.();
  }
}

async function run(kind, what, args, timeout) {
  if (kind === 'play' && options['fresh-isolate']) return playInNewIsolate(what, args, timeout);
  const chosen = place();
  await chosen.ready;
  return kind === 'play' ? chosen.play(what, args, timeout) : chosen.call(what, args, timeout);
}

const answer = lineWriter(process.stdout);
readLines(process.stdin, ([id, kind, what, args, timeout]) => {
  run(kind, what, args, timeout).then(
    (value) => answer([id, null, value === undefined ? null : value, value === undefined]),
    (error) => answer([id, String(error?.message ?? error)]),
  );
});
process.stdin.on('end', () => process.exit(0));
await Promise.all(places.map((each) => each.ready));
answer([0, null, process.version, false]);
