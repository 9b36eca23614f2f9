import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { publicKeyOf } from '../dist/keys.js';
import { checkSignRequest } from '../dist/signcheck.js';
import { secretOf } from './support/fakecircle.mjs';

const circle = publicKeyOf(secretOf(1));
const requester = publicKeyOf(secretOf(2));
const time = Date.parse('2026-11-20T12:00:00Z');
const wire = {
  id: 'r1',
  message: Buffer.from('pay 10').toString('base64'),
  content_type: 'text/plain',
  display: 'Pay?',
  requester,
  expires_at: time / 1000 + 60,
  digest: 'tagged',
};
const check = (change = {}) => checkSignRequest({ ...wire, ...change }, circle, time);
const sha = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

test('the tagged digest binds circle, requester, type and display', () => {
  const tag = sha('circles sign v1');
  const bytes = [circle, requester].map((key) => Buffer.from(key, 'hex'));
  const expected = sha(tag, tag, ...bytes, sha('text/plain'), sha('Pay?'), 'pay 10');
  const request = check();
  assert.deepEqual(Buffer.from(request.digest), expected);
  assert.equal(Buffer.from(request.message).toString(), 'pay 10');
  assert.equal(request.kind, 'tagged');
});

test('sha256 is the digest of the message alone, for any requester', () => {
  assert.deepEqual(Buffer.from(check({ digest: 'sha256', requester: 'http' }).digest), sha('pay 10'));
});

test('a log-in in disguise is refused, and what could be a tagged digest', () => {
  const starts = [Buffer.from('circles authentication v1\n'), Buffer.from('circles '), sha('circles sign v1')];
  for (const start of starts) {
    for (const digest of ['sha256', 'tagged']) {
      const message = base64(Buffer.concat([start, Buffer.from('x')]));
      assert.throws(() => check({ message, digest }), /only this protocol itself/);
    }
  }
  assert.ok(check({ message: base64('circles') }));
  assert.ok(check({ message: base64('Circles are round') }));
});

test('a request has until its end, and a little for the clocks', () => {
  assert.ok(check({ expires_at: time / 1000 - 4 }));
  assert.throws(() => check({ expires_at: time / 1000 - 5 }), /it has expired/);
});

const wrong = {
  'is too long': [{ message: 'A'.repeat(1_398_108) }, { content_type: 'x'.repeat(256) }, { display: 'x'.repeat(10_001) }, { requester: 'x'.repeat(129) }],
  'not as the protocol says': [{ message: 1 }, { display: undefined }, { expires_at: '1' }, { digest: null }, { requester: {} }],
  'expiry is no time': [{ expires_at: -1 }, { expires_at: 1e300 }, { expires_at: 1.5 }],
  'digest is not known': [{ digest: 'keccak' }],
  'is not base64': [{ message: '!' }, { message: 'aGk' }],
  "needs the requester's key in hex": [{ requester: 'http' }, { requester: `0x${requester}` }, { requester: requester.toUpperCase() }],
};
for (const [problem, changes] of Object.entries(wrong)) {
  for (const change of changes) {
    const [[name, value]] = Object.entries(change);
    test(`${name} ${String(value).slice(0, 20)} is refused: ${problem}`, () => {
      assert.throws(() => check(change), (e) => e.message.includes(problem));
    });
  }
}
