import { Deadline } from './clock.js';
import { CircleError, ConnectionLostError } from './errors.js';
import type { Link } from './link.js';
import type { CallOptions } from './options.js';
import type { Session } from './session.js';
import type { ConnectionState } from './state.js';

/** A request of a client, on whatever connection. */
export interface Request extends CallOptions {
  readonly timeoutMs: number;
  /** Whether it can be sent again when nobody knows whether it was carried out. */
  readonly repeats?: boolean;
  /** Gets the result, and the connection on which it came, before the next message is read; what it throws is thrown. */
  readonly first?: (result: unknown, link: Link) => void;
}

/** Makes requests, on the next connection too where that does no harm. */
export class Requests {
  readonly #state: ConnectionState;
  readonly #session: Session;

  constructor(state: ConnectionState, session: Session) {
    this.#state = state;
    this.#session = session;
  }

  /**
   * Makes a request and waits for its answer. One that could not be sent waits for the next connection.
   *
   * @throws CircleError what the circle answered
   * @throws ClientError when no answer came
   */
  async call(method: string, params: unknown, request: Request): Promise<unknown> {
    const { signal, first } = request;
    const deadline = new Deadline(request.timeoutMs);
    let sent = false;
    let renewed = false;
    while (true) {
      const link = await this.#state.wait(deadline, sent, signal);
      await this.#session.settled;
      const session = this.#session.number;
      const seen = first && ((result: unknown) => first(result, link));
      try {
        return await link.call({ method, params, timeoutMs: deadline.left, signal, first: seen });
      } catch (problem) {
        if (problem instanceof ConnectionLostError) {
          sent ||= problem.mayHaveBeenDone;
          if (sent && !request.repeats) throw problem;
        } else if (problem instanceof CircleError && !renewed && problem.kind === 'session_expired') {
          renewed = await this.#session.renew(link, session);
          if (!renewed) throw problem;
        } else if (!wasStopped(problem, link, request)) {
          throw problem;
        }
      }
    }
  }
}

/** A circle that stops takes no request, and cancels what it cannot finish: then nothing was done. */
const wasStopped = (problem: unknown, link: Link, { repeats }: Request): boolean =>
  link.draining && problem instanceof CircleError && (problem.kind === 'busy' || (!!repeats && problem.kind === 'cancelled'));
