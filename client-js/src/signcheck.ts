import type { Json } from './api.js';
import { concat, equal, unbase64, unhex, utf8 } from './bytes.js';
import { publicKey, sha256 } from './keys.js';

/** For how long a request counts as waiting after its end: the clocks may differ, or the circle's was set. */
export const leniencyMs = 5000;

const maxMessage = Math.floor(((1 << 20) + 2) / 3) * 4;
const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
const tag = sha256(utf8('circles sign v1'));
const reserved = [utf8('circles '), tag];

/**
 * What somebody asks the client's key to sign. The circle named it and the client has checked it; whether it is true
 * and wanted is for the application to decide. Texts in it are the requester's: show them as such, without the control
 * characters that they may hold.
 */
export interface SignRequest {
  readonly id: string;
  readonly message: Uint8Array;
  /** What the message is, such as `text/plain`; at most 255 characters. */
  readonly contentType: string;
  /** What the requester wants to be shown with it; at most 10,000 characters, perhaps none. */
  readonly display: string;
  /** Who asks, as the circle says: a key in hex, or a word for somebody without one. If `tagged`, it is a key. */
  readonly requester: string;
  /** What of the request is signed: the message alone, or bound to circle, requester, type and display. */
  readonly kind: 'sha256' | 'tagged';
  /** The 32 bytes that are signed. */
  readonly digest: Uint8Array;
  /** When it ends by itself, by the circle's clock. */
  readonly expiresAt: Date;
  /** The circle that passes it on: the key that it has proven. */
  readonly circle: string;
}

/**
 * Decides whether a request to sign may come before the application at all.
 *
 * @param time the circle's clock, in milliseconds since 1970
 * @throws TypeError its message is the reason that the circle gets
 */
export function checkSignRequest(params: { readonly [name: string]: Json }, circle: string, time: number): SignRequest {
  const { id, message, content_type, display, requester, expires_at, digest } = params;
  if (
    typeof id !== 'string' ||
    typeof message !== 'string' ||
    typeof content_type !== 'string' ||
    typeof display !== 'string' ||
    typeof requester !== 'string' ||
    typeof expires_at !== 'number' ||
    typeof digest !== 'string'
  ) {
    throw new TypeError('it is not as the protocol says');
  }
  bounded('message', message, maxMessage);
  bounded('content type', content_type, 255);
  bounded('display', display, 10_000);
  bounded('requester', requester, 128);
  demand(Number.isInteger(expires_at) && expires_at >= 0 && expires_at <= lastSecond, 'its expiry is no time');
  demand(expires_at * 1000 + leniencyMs > time, 'it has expired');
  if (digest !== 'sha256' && digest !== 'tagged') throw new TypeError('its digest is not known');
  const bytes = unbase64(message);
  if (!bytes) throw new TypeError('its message is not base64');
  const free = !reserved.some((start) => equal(bytes.subarray(0, start.length), start));
  demand(free, 'its message is one that only this protocol itself has signed');
  const said = { contentType: content_type, display, requester };
  return {
    id,
    message: bytes,
    ...said,
    kind: digest,
    digest: digest === 'sha256' ? sha256(bytes) : tagged(bytes, circle, said),
    expiresAt: new Date(expires_at * 1000),
    circle,
  };
}

/** As BIP 340 tags its hashes: good for nothing but this request's purpose. */
function tagged(message: Uint8Array, circle: string, { requester, contentType, display }: Said): Uint8Array {
  const key = publicKey(requester) === requester ? unhex(requester) : undefined;
  const own = unhex(circle);
  if (!key || !own) throw new TypeError("its digest needs the requester's key in hex");
  return sha256(concat(tag, tag, own, key, sha256(utf8(contentType)), sha256(utf8(display)), message));
}

type Said = Pick<SignRequest, 'requester' | 'contentType' | 'display'>;

const bounded = (field: string, value: string, max: number): void =>
  demand(value.length <= max, `its ${field} is too long`);

function demand(right: boolean, problem: string): void {
  if (!right) throw new TypeError(problem);
}
