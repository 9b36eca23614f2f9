import { isOriginOf, type Address } from './address.js';
import type { Nonce } from './api.js';
import { unhex, utf8 } from './bytes.js';
import { UntrustedCircleError } from './errors.js';
import { publicKey, sha256, verifiesDigest } from './keys.js';

const longestLifeMs = 10 * 60_000;

/** What the text that a circle gave to sign must say. */
export interface Expected {
  readonly address: Address;
  /** The circle's key; undefined when it is not known and the first one is trusted. */
  readonly circle: string | undefined;
  readonly signer: string;
  readonly challenge: string;
}

/** What a nonce that is as it must be says. */
export interface Checked {
  /** The circle's key, which is proven. */
  readonly circle: string;
  /** When the nonce was made, by the circle's clock, in milliseconds since 1970. */
  readonly issued: number;
}

/**
 * Decides whether a text is what may be signed: a log-in at the address that was dialled, for the circle that is
 * expected, with this key, asked for just now; and nothing else. Its life is judged by the times in it, never by
 * this machine's clock.
 *
 * @throws UntrustedCircleError names the line that is wrong
 */
export function checkNonce({ nonce, proof }: Nonce, expected: Expected): Checked {
  const lines = nonce.split('\n');
  let next = 0;
  const value = (name: string): string => {
    const line = lines[next++] ?? '';
    const start = `${name}: `;
    demand(line.startsWith(start), name, `a line that begins with ${start}`, line);
    return line.slice(start.length);
  };
  const purpose = lines[next++] ?? '';
  demand(purpose === 'circles authentication v1', 'purpose', 'circles authentication v1', purpose);
  const origin = value('origin');
  demand(isOriginOf(expected.address, origin), 'origin', expected.address.origin, origin);
  const circle = value('circle');
  const right = expected.circle ?? publicKey(circle) ?? 'a public key';
  demand(circle === right, 'circle', right, circle);
  const connection = value('connection');
  demand(/^[!-~]+$/.test(connection), 'connection', 'the name of a connection', connection);
  same('pubkey', expected.signer, value('pubkey'));
  same('challenge', expected.challenge, value('challenge'));
  const issued = time('issued', value('issued'));
  const expires = value('expires');
  const life = time('expires', expires) - issued;
  demand(life >= 1000 && life <= longestLifeMs, 'expires', 'from 1 second to 10 minutes after issued', expires);
  const random = value('nonce');
  demand(/^[0-9a-f]{64}$/.test(random), 'nonce', '64 hex digits', random);
  demand(next === lines.length, 'the end', 'after the line nonce', lines[next] ?? '');
  const signature = unhex(proof);
  const proven = sha256(utf8(`circles proof v1\n${nonce}`));
  demand(
    signature?.length === 64 && verifiesDigest(signature, proven, circle),
    'proof',
    `a signature of this nonce by the circle ${circle}`,
    proof,
  );
  return { circle, issued };
}

function demand(right: boolean, line: string, expected: string, actual: string): void {
  if (!right) throw new UntrustedCircleError(line, expected, actual);
}

const same = (name: string, expected: string, value: string): void => demand(value === expected, name, expected, value);

function time(name: string, value: string): number {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value);
  demand(form, name, 'a time such as 2026-11-20T12:00:00Z', value);
  const millis = Date.parse(value);
  // Date.parse takes 30 February for 1 March
  const exists = !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(value.slice(0, 19));
  demand(exists, name, 'a time that exists', value);
  return millis;
}
