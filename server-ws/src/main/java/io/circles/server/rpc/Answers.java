package io.circles.server.rpc;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcMessage;
import io.circles.protocol.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Where the answers of a frame's requests go. Answers come from any thread, each request's once.
interface Answers {

    /// Takes one answer.
    ///
    /// @param sent run once it has been handed on
    void answer(RpcMessage message, Runnable sent);

    /// Sends each answer as it comes: the frame was one request.
    ///
    /// @param mostBytes an answer past this becomes [ErrorCode#RESPONSE_TOO_BIG]
    static Answers single(Consumer<String> send, long mostBytes) {
        return (message, sent) -> {
            send.accept(withinSize(message, ErrorCode.RESPONSE_TOO_BIG, mostBytes, mostBytes));
            sent.run();
        };
    }

    /// Writes an answer, or in its place the error that it is too big.
    ///
    /// @param room how many bytes there are for it
    /// @param limit the configured bound, which the error names
    private static String withinSize(RpcMessage message, ErrorCode error, long limit, long room) {
        String text = message.encode();
        long bytes = Utf8.length(text);
        if (bytes <= room || !(message instanceof RpcMessage.Success success)) {
            return text;
        }
        CircleException problem =
                CircleException.limit(error, error.message(), limit, limit - room + bytes);
        return new RpcMessage.Failure(success.id(), problem.error()).encode();
    }

    /// Sends the answers of a batch as one array when the last has come, in the order of coming
    /// (JSON-RPC 2.0, section 6). The lock guards what has come.
    final class Batch implements Answers {
        private final Consumer<String> send;
        private final long mostBytes;
        private final AtomicLong unsent;

        private final Object lock = new Object();
        private final List<String> texts = new ArrayList<>();
        private final List<Runnable> whenSent = new ArrayList<>();
        private long size;
        private int missing;

        /// @param expected how many answers there will be
        /// @param mostBytes past this, results become [ErrorCode#BATCH_RESPONSE_TOO_BIG]
        /// @param unsent what the unfinished batches of the connection hold together
        Batch(int expected, long mostBytes, AtomicLong unsent, Consumer<String> send) {
            this.missing = expected;
            this.mostBytes = mostBytes;
            this.unsent = unsent;
            this.send = send;
        }

        @Override
        public void answer(RpcMessage message, Runnable sent) {
            String whole;
            synchronized (lock) {
                String text =
                        withinSize(
                                message,
                                ErrorCode.BATCH_RESPONSE_TOO_BIG,
                                mostBytes,
                                mostBytes - unsent.get());
                long bytes = Utf8.length(text) + 1;
                texts.add(text);
                whenSent.add(sent);
                size += bytes;
                unsent.addAndGet(bytes);
                missing--;
                if (missing > 0) {
                    return;
                }
                whole = "[" + String.join(",", texts) + "]";
                unsent.addAndGet(-size);
            }
            send.accept(whole);
            whenSent.forEach(Runnable::run);
        }
    }
}
