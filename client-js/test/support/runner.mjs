// Carries out a scenario of ../client-conformance, whose README says what its words mean.
import assert from 'node:assert/strict';
import { connect, keySigner } from '../../dist/index.js';
import { randomHex } from '../../dist/options.js';
import { until } from './fakecircle.mjs';

const patience = 60_000;

/** How many events a run may publish. */
const atOnce = 100;

const nobody = keySigner(randomHex(32)).publicKey;

const kinds = {
  ConnectionLostError: 'connection_lost',
  RequestTimeoutError: 'timeout',
  DialError: 'dial',
  UntrustedCircleError: 'untrusted',
  BadReplyError: 'bad_reply',
};

function described(problem) {
  if (problem === interrupted) return { kind: 'interrupted' };
  const kind = problem.kind ?? kinds[problem.name];
  if (kind === undefined) throw problem;
  return kind === 'connection_lost' ? { kind, may_have_been_done: problem.mayHaveBeenDone } : { kind };
}

const interrupted = new Error('the scenario gives it up');

/** Some of an object's members are these. */
function has(actual, expected) {
  if (expected === null || typeof expected !== 'object' || Array.isArray(expected)) return assert.deepEqual(actual, expected);
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(actual?.[name], value, name);
}

function is(problem, expected) {
  try {
    has(described(problem), expected);
    return true;
  } catch {
    return false;
  }
}

export class Run {
  #launcher;
  #proxy;
  #url;
  #clients = new Map();
  #calls = new Map();
  #subscriptions = new Map();
  #aside;

  constructor(launcher, proxy, url) {
    this.#launcher = launcher;
    this.#proxy = proxy;
    this.#url = url;
  }

  async carryOut({ steps }) {
    try {
      for (const [i, step] of steps.entries()) {
        const what = `step ${i + 1}: ${JSON.stringify(step)}`;
        assert.equal(typeof this[`_${step.do}`], 'function', `no word of a step: ${what}`);
        try {
          await this[`_${step.do}`](step);
        } catch (problem) {
          throw new Error(`${what}: ${problem.message}`, { cause: problem });
        }
      }
    } finally {
      this.#proxy.heal();
      for (const { client } of this.#clients.values()) await client.close();
      await this.#aside?.close();
    }
  }

  #of({ client = 'a' }) {
    const found = this.#clients.get(client);
    assert.ok(found, `there is no client ${client}`);
    return found;
  }

  async #expect(outcome, expect) {
    let result;
    try {
      result = await outcome;
    } catch (problem) {
      if (!expect?.error) throw problem;
      return has(described(problem), expect.error);
    }
    assert.equal(expect?.error, undefined, 'it should have failed');
    if (expect && 'value' in expect) has(result, expect.value);
  }

  async _connect({ client = 'a', key = 'member', circle = 'right', keep_alive_ms: keepAliveMs = 20_000, max_message: maxMessageLength, expect }) {
    const signer = { member: this.#launcher.member, stranger: this.#launcher.stranger, none: undefined }[key];
    const named = { right: this.#launcher.circle, unnamed: undefined, wrong: nobody }[circle];
    const states = [];
    const connecting = connect(this.#url, {
      ...(signer && { signer }),
      ...(named && { circle: named }),
      keepAliveMs,
      ...(maxMessageLength && { maxMessageLength }),
      requestTimeoutMs: 20_000,
      reconnect: { firstMs: 50, longestMs: 500 },
      onState: (state) => states.push(state),
      log: () => {},
    });
    const made = connecting.then(async (it) => {
      this.#clients.set(client, { client: it, states, told: 0 });
      return it.whoami();
    });
    await this.#expect(made, expect);
  }

  async _close(step) {
    await this.#of(step).client.close();
  }

  #options({ idempotent = false, timeout_ms: timeoutMs }, signal) {
    return { idempotent, signal, ...(timeoutMs && { timeoutMs }) };
  }

  async #call(step, start) {
    const stop = new AbortController();
    const call = start(this.#of(step).client, this.#options(step, stop.signal));
    if (!step.as) return this.#expect(call, step.expect);
    call.catch(() => {});
    this.#calls.set(step.as, { call, stop });
  }

  _play(step) {
    return this.#call(step, (client, options) => client.play(step.script, step.args, options).then((one) => one.value));
  }

  _call(step) {
    return this.#call(step, (client, options) => client.call(step.function, step.args, options).then((one) => one.value));
  }

  _whoami(step) {
    return this.#call(step, (client, { signal, timeoutMs }) => client.whoami({ signal, ...(timeoutMs && { timeoutMs }) }));
  }

  _await({ call, expect }) {
    return this.#expect(this.#calls.get(call).call, expect);
  }

  _cancel({ call }) {
    this.#calls.get(call).stop.abort(interrupted);
  }

  async _subscribe(step) {
    const heard = { told: [], numbers: new Set(), gaps: [] };
    const onGap = ({ after, upTo }) => {
      heard.gaps.push({ after, upTo });
      for (let n = after + 1; n <= upTo && Number.isFinite(upTo); n++) heard.numbers.add(n);
    };
    const listener = ({ data, seq }) => {
      heard.told.push(data);
      heard.numbers.add(seq);
    };
    const { client } = this.#of(step);
    const options = { onGap, ...(step.after !== undefined && { after: step.after }) };
    const made = client.subscribe(step.topic, listener, options).then((subscription) => {
      this.#subscriptions.set(step.as, { ...heard, subscription });
    });
    await this.#expect(made, step.expect);
  }

  async _unsubscribe({ subscription }) {
    await this.#subscriptions.get(subscription).subscription.close();
  }

  async _events({ subscription, data }) {
    const { told } = this.#subscriptions.get(subscription);
    await until(() => told.length >= data.length, () => `events ${told}`, patience);
    assert.deepEqual(told.splice(0, Math.max(data.length, told.length)), data);
  }

  async _gap({ subscription, after, up_to: upTo }) {
    const { gaps } = this.#subscriptions.get(subscription);
    const gap = await until(() => gaps.shift(), 'a gap', patience);
    if (after !== undefined) assert.equal(gap.after, after);
    if (upTo !== undefined) assert.equal(gap.upTo, upTo);
  }

  async _settled({ subscription, count }) {
    const { numbers } = this.#subscriptions.get(subscription);
    await until(() => numbers.size >= count, 'all accounted for', patience);
    assert.equal(numbers.size, count);
  }

  async _state(step) {
    const it = this.#of(step);
    const fits = (state) => state.status === step.is && (!step.why || is(state.why, step.why));
    // to wait may be over in a moment
    const hasWaited = () => step.is === 'waiting' && it.states.slice(it.told).some(fits);
    await until(() => fits(it.client.state) || hasWaited(), `state ${step.is}`, patience);
  }

  async _states(step) {
    const it = this.#of(step);
    const heard = () => {
      let at = it.told;
      return step.are.every((status) => {
        while (at < it.states.length && it.states[at].status !== status) at++;
        return at++ < it.states.length;
      });
    };
    await until(heard, `states ${step.are}`, patience);
    it.told = it.states.length;
  }

  _cut() {
    this.#proxy.cut();
  }

  _cut_at_reply() {
    this.#proxy.cutAtReply();
  }

  _halve() {
    this.#proxy.halve();
  }

  _blackhole() {
    this.#proxy.blackhole();
  }

  _refuse() {
    this.#proxy.refuse();
  }

  _pose() {
    this.#proxy.pose();
  }

  _say({ text, length, announce, times = 1 }) {
    this.#proxy.say(text ?? 'x'.repeat(length ?? 0), times, announce);
  }

  _delay({ ms }) {
    this.#proxy.delay(ms);
  }

  _heal() {
    this.#proxy.heal();
  }

  _restart({ how }) {
    return this.#launcher.restart(how);
  }

  _stop({ how }) {
    return this.#launcher.end(how);
  }

  _start() {
    return this.#launcher.begin();
  }

  async #other() {
    this.#aside ??= await this.#launcher.aside();
    return this.#aside;
  }

  async _await_state({ key, value }) {
    const other = await this.#other();
    const read = async () => JSON.stringify((await other.play('state.get(args)', key)).value) === JSON.stringify(value);
    await until(read, `state ${key}`, patience);
  }

  async _check({ script, value }) {
    assert.deepEqual((await (await this.#other()).play(script)).value, value);
  }

  async _publish({ topic, from, count }) {
    const script = 'for (let i = 0; i < args.count; i++) events.publish(args.topic, args.from + i);';
    const other = await this.#other();
    for (let done = 0; done < count; done += atOnce) {
      const args = { topic, from: from + done, count: Math.min(atOnce, count - done) };
      await other.play(script, args, { idempotent: true });
    }
  }
}
