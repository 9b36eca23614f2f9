import { BadReplyError } from './errors.js';

type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object';

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

/**
 * A result of one of the protocol's own methods. A newer circle may send more than is asked for here, not less.
 *
 * @throws BadReplyError when a member is missing or of the wrong kind
 */
export function reply<T>(method: string, result: unknown, members: { readonly [name: string]: Kind }): T {
  if (kindOf(result) !== 'object') throw new BadReplyError(method, 'it is no object');
  for (const [name, kind] of Object.entries(members)) {
    const found = kindOf((result as { [name: string]: unknown })[name]);
    if (found !== kind) throw new BadReplyError(method, `${name} is ${found}, not ${kind}`);
  }
  return result as T;
}
