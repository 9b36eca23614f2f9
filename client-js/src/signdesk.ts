import type { Accepted, Listening } from './api.js';
import { hex } from './bytes.js';
import { after } from './clock.js';
import { BadReplyError } from './errors.js';
import { verifiesDigest } from './keys.js';
import type { Link } from './link.js';
import type { Notification } from './message.js';
import type { Settings } from './options.js';
import { Places } from './places.js';
import { reply } from './reply.js';
import type { Requests } from './requests.js';
import type { Session } from './session.js';
import { checkSignRequest, leniencyMs, type SignRequest } from './signcheck.js';
import { signatureBytes, type Signer } from './signer.js';
import { approve, type SignDecision, type SignHandler, type SignOutcome } from './signing.js';

const atOnce = 16;
const maxOpen = 256;
const maxOpenCharacters = 8 << 20;

type Ending = { readonly signature: Uint8Array } | { readonly refused: string } | { readonly over: SignOutcome };

interface Open {
  closedAs?: string;
  readonly gone: AbortController;
  readonly end: (how: Ending) => void;
}

/** The requests to sign that are open on a client; bounded in number and size. */
export class SignDesk {
  readonly #settings: Settings;
  readonly #signer: Signer;
  readonly #handler: SignHandler;
  readonly #requests: Requests;
  readonly #session: Session;
  readonly #open = new Map<string, Open>();
  readonly #places = new Places(atOnce);
  #characters = 0;

  constructor(settings: Settings, signer: Signer, handler: SignHandler, requests: Requests, session: Session) {
    this.#settings = settings;
    this.#signer = signer;
    this.#handler = handler;
    this.#requests = requests;
    this.#session = session;
  }

  /** Asks for the requests to the session's key, from now on. */
  async listen(link: Link): Promise<void> {
    const timeoutMs = this.#settings.requestTimeoutMs;
    const result = await link.call({ method: 'sign_listen', params: undefined, timeoutMs });
    const { listening }: Listening = reply('sign_listen', result, { listening: 'boolean' });
    if (!listening) throw new BadReplyError('sign_listen', 'listening is false');
  }

  /** @returns whether it was about signing */
  take({ method, params, length }: Notification): boolean {
    const id = typeof params.id === 'string' && /^[!-~]{1,128}$/.test(params.id) ? params.id : undefined;
    if (method === 'sign_closed') {
      const state = typeof params.state === 'string' && /^[a-z_]{1,32}$/.test(params.state) ? params.state : 'failed';
      const open = this.#open.get(id ?? '');
      if (open) open.closedAs = state;
      open?.end({ over: { outcome: 'closed', state } });
      return true;
    }
    if (method !== 'sign_request') return false;
    if (id === undefined) this.#settings.log('a request to sign has no id that could be answered');
    else if (!this.#open.has(id)) this.#requested(id, params, length);
    return true;
  }

  /** Beyond the bounds nothing is answered: another device may have room. */
  #requested(id: string, params: Notification['params'], length: number): void {
    if (this.#open.size >= maxOpen || this.#characters + length > maxOpenCharacters) {
      this.#settings.log('too many requests to sign are open', id);
      return;
    }
    this.#characters += length;
    void this.#settle(id, params).finally(() => {
      this.#open.delete(id);
      this.#characters -= length;
    });
  }

  async #settle(id: string, params: Notification['params']): Promise<void> {
    let end: (how: Ending) => void = () => {};
    const ending = new Promise<Ending>((resolve) => (end = resolve));
    const open: Open = { gone: new AbortController(), end };
    this.#open.set(id, open);
    let request: SignRequest;
    try {
      request = checkSignRequest(params, this.#session.circle ?? '', this.#session.time);
    } catch (problem) {
      const reason = problem instanceof Error ? problem.message : 'it is not as the protocol says';
      this.#settings.log(`a request to sign was rejected unseen: ${reason}`, id);
      await this.#say(id, open, { refused: reason });
      return;
    }
    const left = request.expiresAt.getTime() + leniencyMs - this.#session.time;
    const timer = after(left, () => end({ over: { outcome: 'closed', state: 'expired' } }));
    let asked = false;
    const asking = this.#ask(request, open, () => (asked = true)).then(end, (problem: unknown) => {
      if (!open.gone.signal.aborted) this.#settings.log('a request to sign was not decided', problem);
      end({ refused: 'the signer failed' });
    });
    const how = await ending;
    clearTimeout(timer);
    open.gone.abort();
    const outcome = await this.#say(id, open, how);
    if (asked) this.#tell(request, outcome);
    void asking;
  }

  async #ask(request: SignRequest, { gone }: Open, begins: () => void): Promise<Ending> {
    await this.#places.enter();
    try {
      if (gone.signal.aborted) return { refused: '' };
      begins();
      const decision = await this.#handler.decide(request, gone.signal);
      if (!decision.approved) return { refused: decision.reason };
      gone.signal.throwIfAborted();
      return { signature: await this.#signature(request, gone.signal) };
    } finally {
      this.#places.leave();
    }
  }

  async #signature({ digest }: SignRequest, signal: AbortSignal): Promise<Uint8Array> {
    if (!this.#signer.signDigest) throw new TypeError('this signer signs no digests');
    const signature = signatureBytes(await this.#signer.signDigest(Uint8Array.from(digest), signal));
    const key = this.#settings.key ?? '';
    if (verifiesDigest(signature, digest, key)) return signature;
    throw new Error(`the signer says its key is ${key}, but signed with another or something else`);
  }

  async #say(id: string, open: Open, how: Ending): Promise<SignOutcome> {
    if ('over' in how) return how.over;
    const signed = 'signature' in how;
    const method = signed ? 'sign_respond' : 'sign_reject';
    const params = signed ? { id, signature: hex(how.signature) } : { id, reason: how.refused };
    const decision: SignDecision = signed ? approve() : { approved: false, reason: how.refused };
    try {
      const result = await this.#requests.call(method, params, { timeoutMs: this.#settings.requestTimeoutMs, repeats: true });
      const { accepted }: Accepted = reply(method, result, { accepted: 'boolean' });
      if (accepted) return { outcome: 'answered', decision };
      const state = open.closedAs;
      return state ? { outcome: 'closed', state } : { outcome: 'failed', why: 'the circle has no such request any more' };
    } catch (problem) {
      this.#settings.log('a request to sign could not be answered', problem);
      return { outcome: 'failed', why: problem instanceof Error ? problem.message : String(problem) };
    }
  }

  #tell(request: SignRequest, outcome: SignOutcome): void {
    try {
      this.#handler.ended?.(request, outcome);
    } catch (problem) {
      this.#settings.log("the handler failed when it was told of a request's end", problem);
    }
  }

  /** Ends all that are open. */
  end(why: string): void {
    for (const open of this.#open.values()) open.end({ over: { outcome: 'failed', why } });
  }
}
