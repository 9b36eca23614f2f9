/// Conversations as data. A transcript is a file of lines that are sent (`>`) and expected (`<`),
/// replayed against whatever speaks the protocol. Start reading at [Transcript].
@NullMarked
package io.circles.server.transcript;

import org.jspecify.annotations.NullMarked;
