/// The relay in the words of the original: JSON-RPC 2.0 as the clients of LavaMoat's tss-snap speak
/// it, at `/mpc`. Start reading at [io.circles.server.mpc.original.MpcEndpoint].
package io.circles.server.mpc.original;
