/// <reference path="../../../circles.d.ts" />
// A shop: what there is to buy, what everybody has left to spend, and an event for each sale.

import { goodsKey, purseKey, whole } from './lib/checks.js';

const FIRST_GOODS = { apple: { price: 3, stock: 10 }, book: { price: 40, stock: 2 } };
const FIRST_PURSE = 100;

/** Runs when the server starts; what is there from the last time stays. */
export function onStart() {
  for (const [item, goods] of Object.entries(FIRST_GOODS)) {
    if (state.get(goodsKey(item)) === undefined) state.set(goodsKey(item), goods);
  }
}

export function goods() {
  const { entries } = state.list({ prefix: goodsKey('') });
  return entries.map(({ key, value }) => ({ item: key.slice(goodsKey('').length), ...value }));
}

export function purse() {
  return state.get(purseKey(caller)) ?? FIRST_PURSE;
}

/** All of it happens or nothing: what a function writes before it throws is never committed. */
export function buy({ item, count = 1 }) {
  const wanted = whole(count, 'count');
  const goods = state.get(goodsKey(item));
  if (goods === undefined) throw new RangeError(`there is no ${item}`);
  const left = purse() - wanted * goods.price;
  if (left < 0) throw new RangeError(`${-left} short`);
  if (goods.stock < wanted) throw new RangeError(`only ${goods.stock} left`);
  state.set(purseKey(caller), left);
  state.set(goodsKey(item), { ...goods, stock: goods.stock - wanted });
  events.publish(`sold/${item}`, { count: wanted, stock: goods.stock - wanted });
  return { purse: left };
}

/** For members whose roles in circles.json have `staff`. */
export function restock({ item, count }) {
  if (!caller.roles.includes('staff')) throw new Error('only staff restocks');
  const goods = state.get(goodsKey(item));
  if (goods === undefined) throw new RangeError(`there is no ${item}`);
  state.set(goodsKey(item), { ...goods, stock: goods.stock + whole(count, 'count') });
}
