// Asks the holder of a key what it is asked to sign, and signs it: node sign-agent.mjs URL KEY_FILE
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { signAsync } from '@noble/secp256k1';
import { connect, keyIn } from './connect.mjs';

const [url = 'ws://127.0.0.1:9001', keyFile = `${process.env.HOME}/.circles/key.pem`] = process.argv.slice(2);
const secret = keyIn(keyFile);
const circle = await connect(url, secret);
const { circle: circleKey } = await circle.request('whoami');

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const bytes = (hex) => Buffer.from(hex, 'hex');
const tag = sha256('circles sign v1');

/** What is signed. Never what Circles itself has signed: a request must not be a log-in in disguise. */
function digestOf({ digest, requester, content_type, display }, message) {
  const reserved = [Buffer.from('circles '), tag].some((start) => message.subarray(0, start.length).equals(start));
  if (!reserved && digest === 'sha256') return sha256(message);
  if (!reserved && digest === 'tagged' && /^0[23][0-9a-f]{64}$/.test(requester)) {
    const context = [bytes(circleKey), bytes(requester), sha256(content_type), sha256(display)];
    return sha256(tag, tag, ...context, message);
  }
  throw new Error('nothing that this agent signs');
}

/** What others wrote, with escapes for what a terminal would obey or not show. */
const shown = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
let last = Promise.resolve();
let line = ahead();
const closed = new Set();
circle.on('sign_closed', ({ id }) => closed.add(id));

/** The next line of input. It is read before it is needed, so that the end of the input ends the agent. */
function ahead() {
  const next = lines.next();
  next.then(({ done }) => done && last.then(circle.close));
  return next;
}

async function answer(request) {
  const { id } = request;
  const message = Buffer.from(request.message, 'base64');
  try {
    const digest = digestOf(request, message);
    if (closed.delete(id)) return;
    console.log(`${shown(request.requester)} asks: ${shown(request.display)}`);
    console.log(`${shown(message.toString())} (${digest.toString('hex')})? [y/N]`);
    const { value = '' } = await line;
    line = ahead();
    if (value.trim() !== 'y') throw new Error('the holder of the key said no');
    const signature = Buffer.from(await signAsync(digest, secret, { prehash: false })).toString('hex');
    const { accepted } = await circle.request('sign_respond', { id, signature });
    console.log(accepted ? 'signed' : 'too late');
  } catch ({ message: reason }) {
    await circle.request('sign_reject', { id, reason });
    console.log(`rejected: ${reason}`);
  }
}

circle.on('sign_request', (request) => (last = last.then(() => answer(request))));
await circle.request('sign_listen');
console.log('listening for', circle.pubkey);
