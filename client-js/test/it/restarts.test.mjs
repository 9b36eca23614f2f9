// A writer, a careless writer and a listener, while the server restarts behind a proxy that cuts at the worst moments.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CircleError, connect, ConnectionLostError } from '../../dist/index.js';
import { until } from '../support/fakecircle.mjs';
import { serveBehindProxy } from '../support/launcher.mjs';

const restarts = process.env.CI_LONG ? 50 : 4;
const patience = 120_000;
const module = `
export function put(name) {
  events.publish('put', name);
  return state.increment('circle/put/' + name);
}
export function all(names) {
  return names.map((name) => state.get('circle/put/' + name) ?? 0);
}`;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test(`nothing is lost and nothing is done twice over ${restarts} restarts`, { timeout: 60_000 + restarts * 30_000 }, async () => {
  const { launcher, proxy, url } = await serveBehindProxy({ module });
  const options = { signer: launcher.member, circle: launcher.circle, requestTimeoutMs: patience, keepAliveMs: 5000 };
  const client = () => connect(url, { ...options, reconnect: { firstMs: 50, longestMs: 500, patienceMs: patience }, log: () => {} });
  const [writer, careless, listener] = await Promise.all([client(), client(), client()]);
  const acknowledged = [];
  const doubtful = [];
  const undone = [];
  const heard = [];
  const gaps = [];
  let wrong;
  await listener.subscribe('put', ({ data, seq }) => {
    if (heard.length > 0 && seq <= heard.at(-1).seq) wrong = `${seq} after ${heard.at(-1).seq}`;
    heard.push({ data, seq });
  }, { onGap: (gap) => gaps.push(gap) });
  let over = false;

  async function write() {
    for (let i = 0; !over; i++) {
      try {
        await writer.call('put', `w${i}`, { idempotent: true });
        acknowledged.push(`w${i}`);
      } catch (problem) {
        if (!(problem instanceof CircleError)) throw problem;
        undone.push(`w${i}`);
      }
      await pause(2);
    }
  }
  async function writeOnce() {
    for (let i = 0; !over; i++) {
      try {
        await careless.call('put', `c${i}`);
        acknowledged.push(`c${i}`);
      } catch (problem) {
        // what the circle answers with an error, such as that it was cancelled, was not done
        if (problem instanceof CircleError) undone.push(`c${i}`);
        else if (problem instanceof ConnectionLostError) (problem.mayHaveBeenDone ? doubtful : undone).push(`c${i}`);
        else throw problem;
      }
      await pause(2);
    }
  }
  const writing = Promise.all([write(), writeOnce()]);
  writing.catch(() => {});
  try {
    for (let i = 0; i < restarts; i++) {
      const { length } = acknowledged;
      await until(() => acknowledged.length > length + 10, 'progress', patience);
      for (const worst of ['cutAtReply', 'halve', 'cut', 'cutAtReply']) {
        proxy[worst]();
        await pause(20 + 200 * Math.random());
      }
      await launcher.restart(i % 2 === 0 ? 'KILL' : 'TERM');
    }
    over = true;
    await writing;
    const aside = await launcher.aside();
    const done = async (names) => (await aside.call('all', names)).value;
    assert.ok((await done(acknowledged)).every((times) => times === 1), 'what was acknowledged was done once');
    assert.ok((await done(undone)).every((times) => times === 0), 'what was said not to be done was not');
    const times = await done(doubtful);
    assert.ok(times.every((n) => n <= 1), 'nothing was repeated');
    await aside.close();
    assert.ok(doubtful.length > 0, 'some answers were lost');

    const published = new Set([...acknowledged, ...doubtful.filter((_, i) => times[i] === 1)]);
    const missing = () => [...published].filter((name) => !heard.some(({ data }) => data === name)).length;
    await until(() => missing() === 0 || gaps.length > 0, 'every event', patience);
    assert.equal(wrong, undefined);
    const covered = gaps.reduce((sum, { after, upTo }) => sum + upTo - after, 0);
    assert.ok(missing() <= covered, `${missing()} events are missing, ${covered} were reported`);
    assert.equal(new Set(heard.map(({ data }) => data)).size, heard.length);
    console.log(`# ${acknowledged.length} acknowledged, ${doubtful.length} doubtful, ${heard.length} heard, ${gaps.length} gaps`);
  } finally {
    over = true;
    for (const one of [writer, careless, listener]) await one.close();
    await proxy.close();
    await launcher.close();
  }
});
