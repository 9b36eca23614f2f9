const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** @returns undefined when the text is not hex, with or without `0x` */
export function unhex(text: string): Uint8Array | undefined {
  const digits = /^0x/i.test(text) ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.substring(2 * i, 2 * i + 2), 16));
}

/** @returns undefined when the text is not base64; padding may be missing only if `lenient` */
export function unbase64(text: string, lenient = false): Uint8Array | undefined {
  const unpadded = text.replace(/={1,2}$/, '');
  const padded = unpadded + '='.repeat((4 - (unpadded.length % 4)) % 4);
  if (!/^[A-Za-z0-9+/]*$/.test(unpadded) || unpadded.length % 4 === 1) return undefined;
  if (text !== padded && !(lenient && text === unpadded)) return undefined;
  return Uint8Array.from(atob(padded), (char) => char.charCodeAt(0));
}

/** What is hex by its letters is hex; the rest is base64. */
export const hexOrBase64 = (text: string): Uint8Array | undefined => unhex(text) ?? unbase64(text, true);

export function concat(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const equal = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
