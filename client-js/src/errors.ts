import type { ErrorKind, Json } from './api.js';

/** What the circle answered to a request instead of a result. */
export class CircleError extends Error {
  override readonly name = 'CircleError';

  /**
   * @param code the number of JSON-RPC
   * @param data what the circle says besides
   */
  constructor(
    message: string,
    readonly code: number,
    readonly data: { readonly [name: string]: Json },
  ) {
    super(message);
  }

  /** The stable name, such as `script_error`; an unknown one of a newer circle is possible. */
  get kind(): ErrorKind | (string & {}) {
    return typeof this.data.kind === 'string' ? this.data.kind : '';
  }

  /** Whether the same request may succeed when it is made again. */
  get retryable(): boolean {
    return this.data.retryable === true;
  }
}

/** A failure that the circle did not report: what went wrong between here and there. */
export abstract class ClientError extends Error {
  /** Whether making the same request again can help. */
  get retryable(): boolean {
    return false;
  }
}

/** No connection came about: nobody listens, the upgrade was refused, no answer in time. */
export class DialError extends ClientError {
  override readonly name = 'DialError';

  override get retryable(): boolean {
    return true;
  }
}

/** What the server gave to sign is no log-in at the circle that was dialled, so nothing was signed. */
export class UntrustedCircleError extends ClientError {
  override readonly name = 'UntrustedCircleError';
  /** What was there, at most 200 characters, unprintable ones as `?`. */
  readonly actual: string;

  /**
   * @param line the name of the line that is wrong, such as `origin`, or `proof`, which stands beside it
   * @param expected what would have been right
   */
  constructor(
    readonly line: string,
    readonly expected: string,
    actual: string,
  ) {
    const clipped = actual.length > 200 ? `${actual.slice(0, 200)}...` : actual;
    const shown = `"${clipped.replace(/[^ -~]/g, '?')}"`;
    super(`nothing was signed: in the text to sign, ${line} should be ${expected}, but is ${shown}`);
    this.actual = shown;
  }
}

/** How a connection ended. */
export interface LinkEnd {
  /** The close code of WebSocket, 1006 when it broke. */
  readonly code: number;
  readonly reason: string;
  readonly cause?: unknown;
}

/** The connection ended before the answer came, or is not there and was not back in time. */
export class ConnectionLostError extends ClientError {
  override readonly name = 'ConnectionLostError';
  /** The close code of WebSocket: 1000 after `close()`, 1006 when it broke, 1012 when the server stops. */
  readonly closeCode: number;

  /** @param mayHaveBeenDone whether the request was sent, so that nobody knows whether it was carried out */
  constructor(
    end: LinkEnd,
    readonly mayHaveBeenDone: boolean,
  ) {
    const done = mayHaveBeenDone ? '; the request may have been carried out' : '';
    super(`${end.reason || `the connection was closed with ${end.code}`}${done}`, { cause: end.cause });
    this.closeCode = end.code;
  }

  override get retryable(): boolean {
    return true;
  }
}

/** No answer came in time. The circle was asked to cancel; whether it was carried out before is not known. */
export class RequestTimeoutError extends ClientError {
  override readonly name = 'RequestTimeoutError';

  constructor(method: string, timeoutMs: number) {
    super(`${method} was not answered within ${timeoutMs} ms`);
  }
}

/** The circle answered with a result that does not have the form it should have. */
export class BadReplyError extends ClientError {
  override readonly name = 'BadReplyError';

  constructor(method: string, problem: string) {
    super(`the result of ${method} is not as it should be: ${problem}`);
  }
}

/** Others of a relay session are late. */
export class RelayTimeoutError extends ClientError {
  override readonly name = 'RelayTimeoutError';

  /** @param missing the numbers of the parties that are waited for, where that is known */
  constructor(
    what: string,
    timeoutMs: number,
    readonly missing: readonly number[] = [],
  ) {
    const who = missing.length > 0 ? `: ${missing.join(', ')} are missing` : '';
    super(`${what} within ${timeoutMs} ms${who}`);
  }

  override get retryable(): boolean {
    return true;
  }
}

/** How a relay session ended. */
export interface RelayEnding {
  /** Why, as whoever ended it said; the text of another party is that party's own. */
  readonly reason: string;
  /** The party that aborted it; undefined when it was the circle or this client. */
  readonly by?: number | undefined;
  /** The parties that are said to have broken the protocol. */
  readonly accused?: readonly number[];
  /** The parties that were missing. */
  readonly missing?: readonly number[];
  /** How many seats nobody had taken when it expired. */
  readonly openSeats?: number;
}

/** A relay session is over before this party was done with it. What was computed in it is void. */
export class RelaySessionEndedError extends ClientError {
  override readonly name = 'RelaySessionEndedError';

  constructor(
    session: string,
    readonly ending: RelayEnding,
  ) {
    const { reason, by, accused = [], missing = [] } = ending;
    const parts = [
      by === undefined ? '' : ` (party ${by})`,
      accused.length > 0 ? `, accused ${accused.join(', ')}` : '',
      missing.length > 0 ? `, missing ${missing.join(', ')}` : '',
    ];
    super(`relay session ${session} has ended: ${reason}${parts.join('')}`);
  }
}

/** A signer cannot sign now but may later: its device is unplugged, its wallet locked. Signers throw it. */
export class SignerUnavailableError extends ClientError {
  override readonly name = 'SignerUnavailableError';

  override get retryable(): boolean {
    return true;
  }
}
