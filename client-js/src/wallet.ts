import { hex, unhex, utf8 } from './bytes.js';
import { ethereumAddress, personalDigest, publicKey, recover } from './keys.js';
import type { Signer } from './signer.js';

/** What wallets put at `window.ethereum` (EIP-1193), as far as it is used here. */
export interface WalletProvider {
  request(call: { method: string; params?: unknown[] }): Promise<unknown>;
}

export interface WalletOptions {
  /** The account, `0x` and 40 hex digits; without it the wallet's first, for which it may ask its owner. */
  readonly account?: string;
  /**
   * The account's public key, if it is known. Wallets show addresses only: without it the owner is asked to sign a
   * text that says so, and the key is recovered from the signature. Keep `publicKey` to spare them that next time.
   */
  readonly publicKey?: string;
}

/**
 * The signer of an Ethereum wallet: it signs with `personal_sign`, each time with its owner's consent. It cannot
 * sign digests, so not for `onSignRequest`.
 *
 * @throws TypeError when a key or an account is none, or they do not belong together
 * @throws Error what the wallet threw, such as its owner's refusal
 */
export async function walletSigner(provider: WalletProvider, options: WalletOptions = {}): Promise<Signer> {
  const account = (options.account ?? (await firstAccount(provider))).toLowerCase();
  if (!/^0x[0-9a-f]{40}$/.test(account)) throw new TypeError('an account is 0x and 40 hex digits');
  const sign = (message: Uint8Array): Promise<Uint8Array> => personalSign(provider, account, message);
  const key = options.publicKey === undefined ? await shownKey(sign) : publicKey(options.publicKey);
  if (!key || ethereumAddress(key) !== account) throw new TypeError(`the public key is not that of ${account}`);
  return { publicKey: key, sign };
}

async function firstAccount(provider: WalletProvider): Promise<string> {
  const accounts = await provider.request({ method: 'eth_requestAccounts' });
  const [first] = Array.isArray(accounts) ? (accounts as unknown[]) : [];
  return typeof first === 'string' ? first : '';
}

async function personalSign(provider: WalletProvider, account: string, message: Uint8Array): Promise<Uint8Array> {
  const answer = await provider.request({ method: 'personal_sign', params: [`0x${hex(message)}`, account] });
  const signature = typeof answer === 'string' ? unhex(answer) : undefined;
  if (signature?.length !== 65) throw new Error('personal_sign did not answer with 65 bytes in hex');
  return signature;
}

/** Only a text that stands for nothing else is signed for it. */
async function shownKey(sign: (message: Uint8Array) => Promise<Uint8Array>): Promise<string | undefined> {
  const text = utf8('Show my public key to this page. This signature is good for nothing else.');
  return recover(await sign(text), personalDigest(text));
}
