package io.circles.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.circles.client.CircleClient;
import io.circles.client.SignDecision;
import io.circles.client.SignHandler;
import io.circles.client.SignOutcome;
import io.circles.client.SignRequest;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a circle's function asks to sign, and the Java client.
@Timeout(120)
@Tag("waiting")
class SignIT {
    @TempDir private static Path folder;
    private static final KeyPair ASKER = SigningCircle.newKey();
    private static SigningCircle circle;

    private final KeyPair holder = SigningCircle.newKey();

    @BeforeAll
    static void serve() throws Exception {
        circle = SigningCircle.serve(folder, ASKER, "{\"session_ms\": 5000}");
    }

    @AfterAll
    static void stop() {
        circle.close();
    }

    /// Notes how requests end.
    private static final class Noting implements SignHandler {
        private final SignDecision decision;
        private final CountDownLatch gate;
        final BlockingQueue<SignRequest> asked = new LinkedBlockingQueue<>();
        final BlockingQueue<SignOutcome> outcomes = new LinkedBlockingQueue<>();

        Noting(SignDecision decision, int gates) {
            this.decision = decision;
            this.gate = new CountDownLatch(gates);
        }

        static Noting deciding(SignDecision decision) {
            return new Noting(decision, 0);
        }

        static Noting waiting() {
            return new Noting(SignDecision.approve(), 1);
        }

        @Override
        public SignDecision decide(SignRequest request) throws InterruptedException {
            asked.add(request);
            gate.await();
            return decision;
        }

        @Override
        public void ended(SignRequest request, SignOutcome outcome) {
            outcomes.add(outcome);
        }

        SignRequest request() throws InterruptedException {
            SignRequest request = asked.poll(60, TimeUnit.SECONDS);
            assertThat(request).isNotNull();
            return request;
        }

        SignOutcome outcome() throws InterruptedException {
            SignOutcome outcome = outcomes.poll(60, TimeUnit.SECONDS);
            assertThat(outcome).isNotNull();
            return outcome;
        }
    }

    private static byte[] digest(SigningCircle circle, String message) {
        var context =
                new SignDigest.Context(
                        circle.publicKey(), ASKER.publicKey(), "text/plain", "Please: " + message);
        return SignDigest.TAGGED.digest(message.getBytes(UTF_8), context);
    }

    private static void assertSigned(JsonNode event, PublicKey key, String message) {
        assertThat(event.path("state").asText()).isEqualTo("approved");
        JsonNode signed = event.path("signatures").path(0);
        assertThat(signed.path("key").asText()).isEqualTo(key.hex());
        Signature signature = Signature.parse(signed.path("signature").asText());
        assertThat(signature.verifiesDigest(key, digest(circle, message))).isTrue();
    }

    @Test
    void whatIsApprovedReachesTheCircleSigned() throws Exception {
        Noting approving = Noting.deciding(SignDecision.approve());
        try (CircleClient _ = circle.signer(holder, approving)) {
            String id = circle.ask(holder.publicKey(), "open");

            assertSigned(circle.ended(id), holder.publicKey(), "open");
            SignRequest request = approving.request();
            assertThat(request.id()).isEqualTo(id);
            assertThat(request.display()).isEqualTo("Please: open");
            assertThat(request.requester()).isEqualTo(ASKER.publicKey().hex());
            assertThat(request.circle()).isEqualTo(circle.publicKey());
            assertThat(request.digest()).isEqualTo(digest(circle, "open"));
            assertThat(approving.outcome())
                    .isEqualTo(new SignOutcome.Answered(SignDecision.approve()));
        }
    }

    @Test
    void whatIsRejectedReachesTheCircleWithItsReason() throws Exception {
        Noting rejecting = Noting.deciding(SignDecision.reject("not you"));
        try (CircleClient _ = circle.signer(holder, rejecting)) {
            JsonNode event = circle.ended(circle.ask(holder.publicKey(), "open"));

            assertThat(event.path("state").asText()).isEqualTo("rejected");
            assertThat(event.path("refusals").path(0).path("reason").asText()).isEqualTo("not you");
            assertThat(rejecting.outcome())
                    .isEqualTo(new SignOutcome.Answered(SignDecision.reject("not you")));
        }
    }

    @Test
    void whatNobodyDecidesExpiresOnBothSides() throws Exception {
        Noting waiting = Noting.waiting();
        try (CircleClient _ = circle.signer(holder, waiting)) {
            String id = circle.ask(holder.publicKey(), "open", Duration.ofSeconds(5));

            assertThat(waiting.outcome()).isEqualTo(new SignOutcome.Closed("expired"));
            assertThat(circle.ended(id).path("state").asText()).isEqualTo("expired");
        }
    }

    @Test
    void theFirstDeviceToAnswerEndsTheRequestOnTheOthers() throws Exception {
        Noting slow = Noting.waiting();
        Noting quick = Noting.deciding(SignDecision.approve());
        try (CircleClient _ = circle.signer(holder, slow)) {
            String id = circle.ask(holder.publicKey(), "open");
            slow.request();
            try (CircleClient _ = circle.signer(holder, quick)) {
                assertSigned(circle.ended(id), holder.publicKey(), "open");
                assertThat(slow.outcome()).isEqualTo(new SignOutcome.Closed("approved"));
            }
        }
    }

    @Test
    void aRequestOutlivesTheConnectionThatItCameTo() throws Exception {
        Noting gone = Noting.waiting();
        String id;
        try (CircleClient _ = circle.signer(holder, gone)) {
            id = circle.ask(holder.publicKey(), "open");
            gone.request();
        }
        assertThat(gone.outcome()).isInstanceOf(SignOutcome.Failed.class);
        assertThat(circle.isPending(id)).isTrue();
        try (CircleClient _ = circle.signer(holder, Noting.deciding(SignDecision.approve()))) {
            assertSigned(circle.ended(id), holder.publicKey(), "open");
        }
    }

    @Test
    void whoeverListensLongerThanASessionLastsStillHears() throws Exception {
        Noting approving = Noting.deciding(SignDecision.approve());
        try (CircleClient device = circle.client(holder).onSignRequest(approving).connect()) {
            long twoSessionsOn = expiry(device) + 10;
            await().atMost(Duration.ofSeconds(60)).until(() -> expiry(device) >= twoSessionsOn);
            assertSigned(
                    circle.ended(circle.ask(holder.publicKey(), "still there")),
                    holder.publicKey(),
                    "still there");
        }
    }

    private static long expiry(CircleClient device) throws InterruptedException {
        Long at = device.whoami().expiresAt();
        return at == null ? 0 : at;
    }

    @Test
    void manyRequestsAtOnceAreNeitherCrossedNorLost() throws Exception {
        Noting approving = Noting.deciding(SignDecision.approve());
        try (CircleClient _ = circle.signer(holder, approving)) {
            List<String> messages = IntStream.range(0, 30).mapToObj(i -> "message " + i).toList();
            List<String> ids = new ArrayList<>();
            for (String message : messages) {
                ids.add(circle.ask(holder.publicKey(), message));
            }
            for (int i = 0; i < messages.size(); i++) {
                assertSigned(circle.ended(ids.get(i)), holder.publicKey(), messages.get(i));
            }
            await().until(() -> approving.outcomes.size() == messages.size());
            assertThat(approving.outcomes)
                    .containsOnly(new SignOutcome.Answered(SignDecision.approve()));
        }
    }
}
