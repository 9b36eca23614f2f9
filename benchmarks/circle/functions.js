// The functions of the circle that is measured, ours and the peer's. The peer has no state.

export function add({ a, b }) {
  return a + b;
}

export function increment({ key }) {
  return state.increment(`circle/${key}`, 1);
}

export function open({ account, amount }) {
  state.set(`circle/account/${account}`, amount);
}

export function transfer({ from, to, amount }) {
  const [source, target] = [`circle/account/${from}`, `circle/account/${to}`];
  const rest = state.get(source) - amount;
  if (rest < 0) throw new Error('not enough');
  state.set(source, rest);
  state.set(target, state.get(target) + amount);
  return rest;
}

export function read({ keys }) {
  return keys.map((key) => state.get(`circle/${key}`) ?? 0);
}
