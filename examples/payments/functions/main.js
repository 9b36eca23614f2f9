/// <reference path="../../../circles.d.ts" />
// An account for every key: a payment by Stripe credits it, an approval by iDenfy marks its holder as verified.

const balanceKey = (key, currency) => `circle/balance/${key}/${currency}`;
const verifiedKey = (key) => `circle/verified/${key}`;
const paidKey = (session) => `circle/paid/${session}`;

/**
 * Stripe: a checkout is over. Its `client_reference_id` is the key to credit, which whoever makes the checkout sets.
 * Some ways to pay take days: then the first event says `unpaid`, and another one comes when the money has.
 * @param {WebhookEvent<StripeCheckoutEvent>} event
 */
export function onCheckout({ payload }) {
  const session = payload.data.object;
  if (session.payment_status !== 'paid' || state.get(paidKey(session.id))) return;
  const key = publicKey(session.client_reference_id);
  state.set(paidKey(session.id), key);
  const balance = state.increment(balanceKey(key, session.currency), session.amount_total);
  events.publish(`credited/${key}`, { currency: session.currency, balance });
}

/**
 * Whatever no route names: results of iDenfy, and events of Stripe that do not matter here.
 * @param {WebhookEvent} event
 */
export function onWebhook({ provider, payload }) {
  if (provider === 'idenfy' && payload.final) onResult(payload);
}

/** @param {IdenfyResult} result */
function onResult({ status, clientId, scanRef }) {
  const key = publicKey(clientId);
  if (status.overall === 'APPROVED') state.set(verifiedKey(key), { scanRef });
  else state.delete(verifiedKey(key));
}

/** What throws is tried again, and then kept for the operator: better than money for nobody. */
function publicKey(text) {
  if (!/^0[23][0-9a-f]{64}$/.test(text ?? '')) throw new RangeError('there is no key to credit or verify');
  return text;
}

/** The caller's own account. */
export function account() {
  const key = caller.publicKey;
  const { entries } = state.list({ prefix: balanceKey(key, '') });
  return {
    balance: Object.fromEntries(entries.map((entry) => [entry.key.split('/').at(-1), entry.value])),
    verified: state.get(verifiedKey(key)) !== undefined,
  };
}
