import type { SignRequest } from './signcheck.js';

/** What the application decides about a request to sign; a reason has at most 1,000 characters. */
export type SignDecision = { readonly approved: true } | { readonly approved: false; readonly reason: string };

/** Sign it. */
export const approve = (): SignDecision => ({ approved: true });

/**
 * Do not sign it. This ends the request, also on other devices of the same key.
 *
 * @param reason for whoever asked; at most 1,000 characters
 */
export function reject(reason: string): SignDecision {
  if (reason.length > 1000) throw new TypeError(`a reason has at most 1000 characters, not ${reason.length}`);
  return { approved: false, reason };
}

/** How a request to sign ended that the application was asked about. */
export type SignOutcome =
  /** The circle has taken this client's answer. */
  | { readonly outcome: 'answered'; readonly decision: SignDecision }
  /** It ended otherwise, with a state: `approved`, `rejected`, `expired`, `cancelled` or `failed`. */
  | { readonly outcome: 'closed'; readonly state: string }
  /** This client could not answer; the request may still wait, for another device or the next connection. */
  | { readonly outcome: 'failed'; readonly why: string };

/** The application's part of signing: decides what the client's key signs. */
export interface SignHandler {
  /**
   * Decides about one request; at most 16 at once. Whatever it throws is logged, and the request is rejected without
   * saying why.
   *
   * @param signal aborted when the request has ended meanwhile; what is decided then is dropped
   */
  decide(request: SignRequest, signal: AbortSignal): SignDecision | Promise<SignDecision>;
  /** Tells how a request ended about which `decide` was called; once for each. What it throws is logged. */
  ended?(request: SignRequest, outcome: SignOutcome): void;
}
