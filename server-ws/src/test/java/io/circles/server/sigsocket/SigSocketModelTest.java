package io.circles.server.sigsocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.CircleException;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.SignatureRequest;
import io.circles.server.store.AskingRow;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ten thousand random steps beside a simple model: every answer is as the model says, and in the
/// end so is the audit.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SigSocketModelTest {
    private static final int STEPS = 5_000;
    private static final List<Cast> KEYS = List.of(Cast.ALICE, Cast.BOB, Cast.MALLORY);
    private static final int MOST_OPEN = 30;
    private static final int MOST_DEVICES = 8;

    private final SignModel model = new SignModel();
    private final List<Listening> listening = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void everyStepGoesAsTheModelSays(long seed, @TempDir Path folder) {
        Random random = new Random(seed);
        try (SigningRoom room = new SigningRoom(folder)) {
            for (int i = 0; i < STEPS; i++) {
                step(room, random);
                assertThat(room.socket.pending()).as("step " + i).isEqualTo(model.open().size());
            }
            room.stop();
            assertThat(
                            room.audit().stream()
                                    .map(entry -> entry.fact())
                                    .map(f -> f.event().word() + " " + f.request()))
                    .containsExactlyElementsOf(model.audit());
            assertThat(room.verified().problem()).isEmpty();
            assertThat(room.verified().unsigned()).isZero();
        }
    }

    private void step(SigningRoom room, Random random) {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> request(room, random);
            case 3 -> listen(room, random);
            case 4, 5, 6 -> answer(random);
            case 7 -> disconnect(random);
            case 8 -> withdraw(room, random);
            default -> pass(room, random);
        }
    }

    private void request(SigningRoom room, Random random) {
        if (model.open().size() >= MOST_OPEN) {
            return;
        }
        int count = 1 + random.nextInt(KEYS.size());
        List<PublicKey> keys =
                KEYS.stream().limit(count).map(cast -> cast.pair().publicKey()).toList();
        SignatureRequest asked =
                new SignatureRequest(
                        new UUID(random.nextLong(), random.nextLong()).toString(),
                        keys,
                        1 + random.nextInt(count),
                        "cmVudA==",
                        "text/plain",
                        "Pay?",
                        SignDigest.SHA256,
                        Duration.ofSeconds(1 + random.nextInt(100)));
        AskingRow row =
                room.socket.scriptAsks().row(asked, SigningRoom.CIRCLE, room.clock.instant());
        model.ask(row);
        // of as many requesters as there are asks: the rate is another test's
        room.signs.asked(List.of(row), 0);
        room.socket.open(room.socket.admission().again(row));
    }

    private void listen(SigningRoom room, Random random) {
        if (model.devices().size() >= MOST_DEVICES) {
            return;
        }
        Cast who = KEYS.get(random.nextInt(KEYS.size()));
        boolean proven = random.nextInt(3) > 0;
        TestDevice device = new TestDevice();
        model.sit(who.pair().publicKey(), proven);
        listening.add(room.socket.listen(who.pair().publicKey(), device, proven));
    }

    private void answer(Random random) {
        List<String> ids =
                Stream.concat(model.open().stream(), model.recent().stream()).sorted().toList();
        if (listening.isEmpty() || ids.isEmpty()) {
            return;
        }
        int device = random.nextInt(listening.size());
        String id = ids.get(random.nextInt(ids.size()));
        PublicKey key = model.devices().get(device).key();
        Listening ear = listening.get(device);
        int kind = random.nextInt(4);
        if (kind == 0) {
            assertThat(ear.reject(id, "no")).isEqualTo(model.answer(device, id, "rejected"));
        } else if (kind == 1) {
            assertThat(ear.failed(id, SignFailure.OTHER_MESSAGE)).isEqualTo(model.fail(device, id));
        } else if (kind == 2 && model.isShown(device, id)) {
            assertThatThrownBy(() -> ear.respond(id, Cast.CIRCLE.pair().sign(new byte[1])))
                    .isInstanceOf(CircleException.class);
        } else {
            Cast signer =
                    KEYS.stream()
                            .filter(cast -> cast.pair().publicKey().equals(key))
                            .findFirst()
                            .orElseThrow();
            byte[] message = "rent".getBytes(UTF_8);
            assertThat(ear.respond(id, signer.pair().sign(message)))
                    .isEqualTo(model.answer(device, id, "approved"));
        }
    }

    private void disconnect(Random random) {
        if (!listening.isEmpty()) {
            int device = random.nextInt(listening.size());
            model.leave(device);
            listening.remove(device).close();
        }
    }

    private void withdraw(SigningRoom room, Random random) {
        List<String> askings = model.askings();
        if (!askings.isEmpty() && random.nextInt(3) == 0) {
            String asking = askings.get(random.nextInt(askings.size()));
            model.withdraw(asking);
            room.socket.withdraw(asking);
        }
    }

    private void pass(SigningRoom room, Random random) {
        room.clock.pass(Duration.ofSeconds(random.nextInt(20)));
        model.expire(room.clock.instant());
        room.timers.passAll();
    }
}
