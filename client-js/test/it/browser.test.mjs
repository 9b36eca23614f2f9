// A page in a real browser, with the modules as they are and with the bundle.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, extname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { serveBehindProxy } from '../support/launcher.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const names = ['chromium', 'chromium-browser', 'google-chrome'];
const chromium = process.env.PATH.split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(existsSync);
const types = { '.js': 'text/javascript', '.html': 'text/html' };

/** @returns what the page tells */
function serve(cut) {
  let told;
  const answer = new Promise((resolve) => (told = resolve));
  const server = http.createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://page');
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      if (pathname === '/cut') cut();
      else told(JSON.parse(body));
      return response.end();
    }
    const file = pathname === '/' ? join(root, 'test/it/page.html') : join(root, pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] }).end(readFileSync(file));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ server, answer })));
}

const skip = !chromium && process.env.CI !== 'true' && 'chromium is not installed, so pages are not tested';

test('a page connects, plays, hears events over a cut, and gives up', { skip, timeout: 180_000 }, async () => {
  assert.ok(chromium, 'chromium is not installed');
  const { launcher, proxy, url } = await serveBehindProxy({ access: { authenticated: ['play', 'read', 'write'] } });
  const { server, answer } = await serve(() => proxy.cut());
  const profile = mkdtempSync(join(tmpdir(), 'circles-page-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', `--user-data-dir=${profile}`];
  const page = `http://127.0.0.1:${server.address().port}/?url=${encodeURIComponent(url)}`;
  const browser = spawn(chromium, [...flags, page], { stdio: 'ignore', env: { ...process.env, HOME: profile }, detached: true });
  const gone = new Promise((resolve) => browser.on('exit', resolve));
  try {
    const right = { value: 42, heard: ['before', 'after'], aborted: 'given up', state: 'closed' };
    const ended = gone.then((code) => ({ problem: `the browser ended with ${code}` }));
    assert.deepEqual(await Promise.race([answer, ended]), { modules: right, bundle: right });
  } finally {
    process.kill(-browser.pid, 'SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
    await proxy.close();
    await launcher.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});
