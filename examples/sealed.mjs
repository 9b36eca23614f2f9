// Rounds between the parties of a threshold protocol. The circle carries them and can read nothing: each pair of parties
// has keys of its own, which die with the session, and knows by the parties' signatures that nobody stands in between.
import { createCipheriv, createDecipheriv, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { signAsync, verifyAsync } from '@noble/secp256k1';

const PATIENCE_MS = 60_000;
const base64 = (bytes) => Buffer.from(bytes).toString('base64');
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const bytes = (text) => Buffer.from(text, 'base64');
const spki = { format: 'der', type: 'spki' };

/**
 * Takes a seat: the next one, or the one with the number of a share that was kept. Resolves when all seats are taken
 * and each party has shown who it is. `place` is {group_id, session_id, kind}; `members` are the public keys that may
 * sit there; `secret` is one's own.
 */
export async function sit(circle, place, secret, members, share) {
  const mail = mailbox(circle, place.session_id);
  const number = share
    ? await circle.request('Session.load', { ...place, number: share })
    : await circle.request('Session.signup', place);
  const others = (await mail.parties()).filter((party) => party !== number);

  const send = (round, body, receiver) =>
    circle.request('Session.message', { ...place, message: { round, sender: number, receiver, uuid: randomUUID(), body } });
  const { kind, ...session } = place;
  const finish = () => circle.request('Session.finish', { ...session, number });

  /** Ends the session for all, and says why. */
  async function abort(reason, accused = []) {
    await circle.request('Session.abort', { ...session, reason, accused });
    throw new Error(`${reason}: ${accused}`);
  }

  // who is who: a key for this session alone, signed with the key that the others know
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const said = (party, key) => Buffer.from(`sealed rounds v1\n${place.group_id}\n${place.session_id}\n${party}\n${key}`);
  const mine = base64(publicKey.export(spki));
  await send(0, { key: mine, pubkey: circle.pubkey, signature: hex(await signAsync(said(number, mine), secret)) });
  const known = new Set([circle.pubkey]);
  const keys = new Map();
  for (const party of others) {
    const { key, pubkey, signature } = await mail.from(party, 0);
    const right =
      members.includes(pubkey) && !known.has(pubkey) &&
      (await verifyAsync(Buffer.from(signature, 'hex'), said(party, key), Buffer.from(pubkey, 'hex')));
    if (!right) await abort('a party is not who it should be', [party]);
    known.add(pubkey);
    const shared = diffieHellman({ privateKey, publicKey: createPublicKey({ key: bytes(key), ...spki }) });
    const keyFor = (from, to) => Buffer.from(hkdfSync('sha256', shared, place.session_id, `${from} to ${to}`, 32));
    keys.set(party, { out: keyFor(number, party), in: keyFor(party, number) });
  }

  function sealed(party, round, message) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', keys.get(party).out, iv).setAAD(Buffer.from(`round ${round}`));
    return base64(Buffer.concat([iv, cipher.update(message), cipher.final(), cipher.getAuthTag()]));
  }

  function opened(party, round, body) {
    const all = bytes(body);
    const cipher = createDecipheriv('aes-256-gcm', keys.get(party).in, all.subarray(0, 12), { authTagLength: 16 });
    try {
      cipher.setAAD(Buffer.from(`round ${round}`)).setAuthTag(all.subarray(-16));
      return Buffer.concat([cipher.update(all.subarray(12, -16)), cipher.final()]);
    } catch {
      return abort('a message cannot be opened', [party]);
    }
  }

  /** Sends a message to all others; resolves to what they sent in this round, in the order of their numbers. */
  async function exchange(round, message) {
    await Promise.all(others.map((party) => send(round, sealed(party, round, message), party)));
    const bodies = await Promise.all(others.map((party) => mail.from(party, round)));
    return Promise.all(bodies.map((body, i) => opened(others[i], round, body)));
  }

  return { number, others, exchange, abort, finish };
}

/** What comes in a session, kept until somebody asks for it. The first message of a party in a round counts. */
function mailbox(circle, session_id) {
  const came = new Map();
  const bell = new EventEmitter();
  let failure;
  bell.on('error', (error) => (failure = error));
  const put = (name, what) => {
    if (came.has(name)) return;
    came.set(name, what);
    bell.emit(name);
  };
  const fail = (why) => bell.emit('error', new Error(why));
  const hear = (name, listener) => circle.on(name, (event) => event.session_id === session_id && listener(event));
  hear('sessionSignup', ({ parties }) => put('the parties', parties));
  hear('sessionLoad', ({ parties }) => put('the parties', parties));
  hear('sessionMessage', ({ message: { round, sender, body } }) => put(`party ${sender} in round ${round}`, body));
  hear('sessionAborted', ({ reason, accused, missing }) => fail(`aborted: ${reason} (${[...accused, ...missing]})`));
  hear('sessionExpired', ({ missing }) => fail(`expired: nothing was heard of ${missing}`));

  async function take(name) {
    if (failure) throw failure;
    if (!came.has(name)) await once(bell, name, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return came.get(name);
  }
  return { parties: () => take('the parties'), from: (party, round) => take(`party ${party} in round ${round}`) };
}
