import { CircleClient } from './client.js';
import type { ConnectOptions } from './options.js';

/**
 * Connects to a circle, and logs in when there is a signer.
 *
 * @param address `ws://` or `wss://`, host, perhaps a port, and perhaps the circle's key as path: that key is then
 *   demanded of the circle
 * @throws TypeError when the address or an option is none
 * @throws DialError when no connection came about
 * @throws UntrustedCircleError when the circle is not who it should be; nothing was signed
 * @throws CircleError when the circle refused the log-in
 */
export const connect = (address: string | URL, options: ConnectOptions = {}): Promise<CircleClient> =>
  CircleClient.connect(address, options);
