import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../dist/address.js';
import { publicKeyOf } from '../dist/keys.js';
import { secretOf } from './support/fakecircle.mjs';

const key = publicKeyOf(secretOf(1));

test('an address is a host, perhaps a port and a path', () => {
  assert.equal(addressOf('ws://127.0.0.1:9001').origin, 'ws://127.0.0.1:9001');
  assert.equal(addressOf('WSS://Shop.Example.com:443/x?y=1').origin, 'wss://shop.example.com');
  assert.equal(addressOf('ws://[::1]:80/').origin, 'ws://[::1]');
});

test('the key in the path is the one that is demanded, in any form', () => {
  const base64 = Buffer.from(key, 'hex').toString('base64');
  for (const path of [key, key.toUpperCase(), `0x${key}`, `on/the/way/${key}`, base64, encodeURIComponent(base64)]) {
    assert.equal(addressOf(`ws://h/${path}`).circle, key, path);
  }
  assert.equal(addressOf('ws://h/mpc').circle, undefined);
  assert.equal(addressOf('ws://h/%').circle, undefined);
});

for (const text of ['http://h', 'h:1', 'ws://', 'ws://u@h', 'ws://u:p@h', 'ws://h#x', 'ws://h:0', 'ws://h:99999', '']) {
  test(`"${text}" is no address`, () => assert.throws(() => addressOf(text), /ws:\/\/ or wss:\/\/, a host/));
}
