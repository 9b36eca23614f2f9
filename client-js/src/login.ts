import type { Address } from './address.js';
import type { Authenticated, Nonce, Whoami } from './api.js';
import { hex, utf8 } from './bytes.js';
import { now } from './clock.js';
import { BadReplyError, CircleError, SignerUnavailableError, UntrustedCircleError } from './errors.js';
import { verifies } from './keys.js';
import type { Link } from './link.js';
import { checkNonce } from './noncecheck.js';
import { randomHex } from './options.js';
import { reply } from './reply.js';
import { signatureBytes, type Signer } from './signer.js';

/** Trying again is useless: the signer or the circle has refused. */
export class Refused {
  constructor(readonly why: unknown) {}
}

/** What a log-in needs. */
export interface Login {
  readonly address: Address;
  readonly circle: string | undefined;
  readonly signer: Signer;
  readonly key: string;
  readonly requestTimeoutMs: number;
}

/** What a log-in has shown of the circle. */
export interface LoggedIn {
  /** The key that it has proven. */
  readonly circle: string;
  /** Its clock in milliseconds since 1970: behind by up to a second and what the nonce took to come. */
  readonly time: () => number;
  /** The session's end by that clock; undefined when it has none. */
  readonly expiresAt: number | undefined;
}

/**
 * The handshake: asks for a nonce, checks whose it is, and only then has it signed.
 *
 * @throws Refused when it is useless to try again
 */
export async function logIn(link: Link, login: Login): Promise<LoggedIn> {
  const { key, requestTimeoutMs: timeoutMs } = login;
  const challenge = randomHex(32);
  try {
    const asked = await link.call({ method: 'fetch_nonce', params: { pubkey: key, challenge }, timeoutMs });
    const nonce: Nonce = reply('fetch_nonce', asked, { nonce: 'string', expires_at: 'number', proof: 'string' });
    const { circle, issued } = checkNonce(nonce, { address: login.address, circle: login.circle, signer: key, challenge });
    const came = now();
    const time = (): number => issued + now() - came;
    const signature = await signed(login, nonce.nonce);
    if (time() > nonce.expires_at * 1000) throw new SignerUnavailableError('signing took longer than the nonce lives');
    const done = link.call({ method: 'authenticate', params: { pubkey: key, signature: hex(signature) }, timeoutMs });
    // right behind, as the new identity, so that it costs no time
    const who = link.call({ method: 'whoami', params: undefined, timeoutMs });
    const [authenticated, whoami] = await Promise.all([done, who]);
    const { authenticated: right }: Authenticated = reply('authenticate', authenticated, { authenticated: 'boolean' });
    if (!right) throw new BadReplyError('authenticate', 'authenticated is false');
    const { expires_at: end }: Pick<Whoami, 'expires_at'> = reply('whoami', whoami, {});
    return { circle, time, expiresAt: typeof end === 'number' ? end * 1000 : undefined };
  } catch (problem) {
    throw isRefusal(problem) ? new Refused(problem) : problem;
  }
}

/** What a circle says that does not want this key, or does not speak this protocol. */
const refusals: readonly string[] = ['invalid_credentials', 'forbidden', 'invalid_params', 'method_not_found'];

const isRefusal = (problem: unknown): boolean =>
  problem instanceof UntrustedCircleError || (problem instanceof CircleError && refusals.includes(problem.kind));

/** @throws Refused with whatever the signer threw */
async function signed({ signer, key }: Login, nonce: string): Promise<Uint8Array> {
  const message = utf8(nonce);
  let signature: Uint8Array;
  try {
    signature = signatureBytes(await signer.sign(message));
  } catch (problem) {
    throw problem instanceof SignerUnavailableError ? problem : new Refused(problem);
  }
  if (!verifies(signature, message, key)) {
    throw new Refused(new Error(`the signer says its key is ${key}, but signed with another or something else`));
  }
  return signature;
}
