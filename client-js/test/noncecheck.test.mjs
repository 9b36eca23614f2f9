import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../dist/address.js';
import { UntrustedCircleError } from '../dist/errors.js';
import { publicKeyOf } from '../dist/keys.js';
import { checkNonce } from '../dist/noncecheck.js';
import { address, nonceOf, secretOf } from './support/fakecircle.mjs';

const circle = publicKeyOf(secretOf(1));
const pubkey = publicKeyOf(secretOf(2));
const challenge = 'hello';
const expected = { address: addressOf(address), circle, signer: pubkey, challenge };
const issued = Date.parse('2026-11-20T12:00:00Z');

const check = (how = {}, wanted = {}) =>
  checkNonce(nonceOf({ pubkey, challenge, issued, ...how }), { ...expected, ...wanted });
const replaced = (name, value) => ({
  change: (lines) => lines.map((line) => (line.startsWith(`${name}: `) ? `${name}: ${value}` : line)),
});

function refused(line, how, wanted) {
  assert.throws(() => check(how, wanted), (e) => {
    assert.ok(e instanceof UntrustedCircleError, String(e));
    assert.equal(e.line, line);
    return true;
  });
}

test('a nonce that is as it must be shows the circle and its time', () => {
  assert.deepEqual(check(), { circle, issued });
});

test('without a key that is expected, the first one is trusted', () => {
  assert.equal(check({}, { circle: undefined }).circle, circle);
});

test('an origin is known in any case and with its standard port', () => {
  assert.ok(check(replaced('origin', 'WS://127.0.0.1:9001')));
  const secure = { address: addressOf('wss://Shop.example.com') };
  assert.ok(check(replaced('origin', 'wss://shop.example.com:443'), secure));
});

const wrong = {
  origin: ['ws://127.0.0.1:9002', 'wss://127.0.0.1:9001', 'ws://127.0.0.1:9001/', 'ws://127.0.0.1:9001/x', 'ws://a@127.0.0.1:9001', 'nonsense', ''],
  circle: [pubkey, 'nonsense', circle.toUpperCase(), `0x${circle}`],
  connection: ['', 'a b', 'ä'],
  pubkey: [circle, `0x${pubkey}`],
  challenge: ['hallo', ''],
  issued: ['2026-11-20T12:00:00', '2026-13-20T12:00:00Z', '2026-02-30T12:00:00Z', '2026-11-20T12:00:00.5Z'],
  expires: ['2026-11-20T12:00:00Z', '2026-11-20T12:10:01Z', '2026-11-20T11:00:00Z'],
  nonce: ['00', 'A'.repeat(64), ''],
};
for (const [line, values] of Object.entries(wrong)) {
  for (const value of values) {
    test(`${line} must not be "${value}"`, () => refused(line, replaced(line, value)));
  }
}

test('the purpose must be this one', () => {
  refused('purpose', { change: ([, ...rest]) => ['circles authentication v2', ...rest] });
});

test('no line may be missing, in another place, or too many', () => {
  refused('origin', { change: ([first, , ...rest]) => [first, ...rest] });
  refused('circle', { change: ([a, b, c, d, ...rest]) => [a, b, d, c, ...rest] });
  refused('the end', { change: (lines) => [...lines, 'more: 1'] });
  refused('the end', { change: (lines) => [...lines, ''] });
});

test("another circle's key proves nothing", () => {
  refused('circle', { secret: secretOf(3) });
  refused('proof', { ...replaced('circle', circle), secret: secretOf(3) });
});

test('a proof is a compact signature of this very nonce', () => {
  const nonce = nonceOf({ pubkey, challenge, issued });
  for (const proof of ['', 'zz', nonce.proof.slice(2), `${nonce.proof}00`, `00${nonce.proof.slice(2)}`]) {
    assert.throws(() => checkNonce({ ...nonce, proof }, expected), { line: 'proof' });
  }
});

test('what is shown of a wrong line is short and printable', () => {
  assert.throws(() => check(replaced('challenge', `${'x'.repeat(300)}`)), (e) => e.actual.length < 210);
  assert.throws(() => check(replaced('challenge', 'a\u0007b')), { actual: '"a?b"' });
});
