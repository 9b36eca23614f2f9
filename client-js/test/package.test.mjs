import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { generated } from '../scripts/generate.mjs';

const file = (name) => readFileSync(new URL(`../${name}`, import.meta.url));

test('the types are those of openrpc.json: otherwise run "npm run generate"', () => {
  assert.equal(file('src/api.ts').toString(), generated());
});

test('minified and gzipped, with what it needs, it has less than 30 KB', () => {
  assert.ok(gzipSync(file('dist/circles.min.js'), { level: 9 }).length < 30_000);
});

test('it needs noble and nothing else', () => {
  const { dependencies } = JSON.parse(file('package.json'));
  assert.deepEqual(Object.keys(dependencies), ['@noble/hashes', '@noble/secp256k1']);
  assert.doesNotMatch(file('package-lock.json').toString(), /"resolved"/);
});

test('its modules are small', () => {
  for (const name of readdirSync(new URL('../src', import.meta.url))) {
    const lines = file(`src/${name}`).toString().split('\n');
    if (name !== 'api.ts') assert.ok(lines.length <= 200, `${name} has ${lines.length} lines`);
    assert.ok(lines.every((line) => !/\bany\b(?= *[;,)\]>=])/.test(line)), `${name} has an any`);
  }
});
