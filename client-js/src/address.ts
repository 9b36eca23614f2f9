import { publicKey } from './keys.js';

const example = 'ws:// or wss://, a host and perhaps a port and a path, such as wss://shop.example.com';

/** The address of a circle, taken apart. */
export interface Address {
  /** What is dialled. */
  readonly url: string;
  /** What a nonce calls it: scheme, host, and the port where it is not the scheme's own. */
  readonly origin: string;
  /** The key in the path, if there is one. */
  readonly circle: string | undefined;
}

/** @throws TypeError says what would be right */
export function addressOf(text: string | URL): Address {
  const url = parsed(String(text));
  if (!url) throw new TypeError(`the address of a circle is ${example}, not "${text}"`);
  return { url: url.href, origin: `${url.protocol}//${url.host}`, circle: keyIn(url.pathname) };
}

function parsed(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const right = /^wss?:$/.test(url.protocol) && url.hostname && !text.includes('#');
    return right && !url.username && !url.password && url.port !== '0' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** In the last part of the path, or, as the `/` of base64 need not be escaped, in all of it. */
function keyIn(path: string): string | undefined {
  try {
    const last = decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
    return publicKey(last) ?? publicKey(decodeURIComponent(path.slice(1)));
  } catch {
    return undefined;
  }
}

/** Whether a text is an origin, and that address's: in any case, with or without a standard port. */
export function isOriginOf(address: Address, text: string): boolean {
  const url = /^wss?:\/\/[^/?#@\\\s]+$/i.test(text) ? parsed(text) : undefined;
  return !!url && `${url.protocol}//${url.host}` === address.origin;
}
