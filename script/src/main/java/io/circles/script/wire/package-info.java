/// How jobs, environments and outcomes are written for another process: JSON, read strictly.
///
/// Used over a worker's pipe and over Redis; start reading at [JobCodec]. What is not as it should
/// be is an [UnreadableMessage].
package io.circles.script.wire;
