// Nothing of a client that is closed keeps its process alive.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';

const start = `
import { connect, keySigner } from './dist/index.js';
import { address, FakeCircle, secretOf, until } from './test/support/fakecircle.mjs';
const circle = new FakeCircle();
circle.sessionSeconds = 3600;
const options = { signer: keySigner(secretOf(2)), WebSocket: circle.WebSocket, log: () => {} };
const client = await connect(address, options);
circle.methods.play = () => undefined;
const open = [client.play('x'), client.play('y', null, { idempotent: true })].map((one) => one.catch(() => {}));
`;
const cases = {
  'is ready': '',
  'waits to dial again': 'circle.socket.lose(1006);',
  'is dialling': "circle.methods.fetch_nonce = () => undefined; circle.socket.lose(1006); await until(() => client.state.status === 'connecting');",
  'has been renewed': "circle.socket.say({ method: 'session_expired', params: {} }); await until(() => circle.count('authenticate') === 2);",
  'was stopped by the circle': "circle.socket.say({ method: 'server_draining', params: {} }); circle.socket.lose(1012);",
};

for (const [name, steps] of Object.entries(cases)) {
  test(`a process ends when its client ${name} and is closed`, async () => {
    const code = `${start} ${steps} await client.close(); await Promise.all(open);`;
    const cwd = new URL('..', import.meta.url);
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const ended = await new Promise((resolve) => child.on('exit', (status, signal) => resolve(signal ?? status)));
    clearTimeout(late);
    assert.equal(ended, 0);
  });
}
