// Keys under circle/ are for the circle's own functions: no script of a caller can write them.

export const goodsKey = (item) => `circle/goods/${item}`;

export const purseKey = ({ publicKey }) => `circle/purse/${publicKey}`;

export function whole(number, name) {
  if (!Number.isSafeInteger(number) || number < 1) throw new RangeError(`${name} is a whole number from 1`);
  return number;
}
