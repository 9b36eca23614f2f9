package io.circles.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.Signature;
import io.circles.server.sigsocket.Ask;
import io.circles.server.sigsocket.Message;
import io.circles.server.sigsocket.Requester;
import io.circles.server.sigsocket.Signed;
import io.circles.server.transcript.Cast;
import io.circles.server.transcript.Conversation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Somebody who asks for a signature and waits for it elsewhere.
record Asking(String message, CompletableFuture<Signed> result) {
    private static final Requester TEST = new Requester("test");

    static Ask ask(Cast who, String message, SignDigest digest, Duration timeout) {
        return new Ask(
                who.pair().publicKey(),
                Message.of(message.getBytes(UTF_8)),
                "text/plain",
                "",
                digest,
                digest == SignDigest.TAGGED ? Requester.of(Cast.BOB.pair().publicKey()) : TEST,
                timeout,
                false);
    }

    static Asking of(CircleServer circle, Cast who, String message) {
        return of(circle, ask(who, message, SignDigest.SHA256, Ask.TIMEOUT));
    }

    static Asking of(CircleServer circle, Ask ask) {
        CompletableFuture<Signed> result = new CompletableFuture<>();
        var _ =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                result.complete(circle.sigSocket().sign(ask));
                            } catch (CircleException | InterruptedException e) {
                                result.completeExceptionally(e);
                            }
                        });
        return new Asking(new String(ask.message().bytes(), UTF_8), result);
    }

    /// It was signed, with low S.
    void assertSigned(Cast by) {
        assertThat(result).succeedsWithin(Conversation.PATIENCE);
        Signature signature = result.join().signature();
        assertThat(signature.verifies(by.pair().publicKey(), message.getBytes(UTF_8))).isTrue();
        assertThat(signature).isEqualTo(Signature.parse(signature.hex()));
    }

    /// It was not.
    void assertFailed(ErrorCode code) {
        assertThat(result)
                .failsWithin(Conversation.PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        CircleException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
