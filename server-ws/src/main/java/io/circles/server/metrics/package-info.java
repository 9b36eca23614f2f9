/// The server's numbers, as Prometheus reads them: the only user of the meter library.
///
/// The parts of the server tell a small interface of their own, or have accessors. Labels are the
/// names of circles and words of the code, never what clients send. Start reading at [Metrics].
package io.circles.server.metrics;
