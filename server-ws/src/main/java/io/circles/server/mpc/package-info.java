/// The relay: groups of devices that hold shares of a key, and the sessions in which they make it
/// or sign with it. The circle carries their messages, in order and exactly once, and never reads
/// them.
///
/// [RelayState] is what there is and what may be done, without a socket, a thread or a file.
/// [MpcRelay] does one thing after the other to it; its [RelaySteps] keep what has changed, and
/// then tell whoever asked and whoever is concerned. Start reading there.
package io.circles.server.mpc;
