package io.circles.server.sigsocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.crypto.PublicKey;
import io.circles.server.session.TestClock;
import io.circles.server.store.AuditEvent;
import io.circles.server.transcript.Cast;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Three nodes of one circle in random trouble: when that is over, every device is shown what it
/// should be, and every request has had one end.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class NodesModelTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int STEPS = 400;
    private static final int MOST_DEVICES = 9;
    private static final List<Cast> KEYS = List.of(Cast.ALICE, Cast.BOB, Cast.MALLORY);
    private static final List<String> NAMES = List.of("one", "two", "three");
    private static final Set<AuditEvent> ENDS =
            EnumSet.of(
                    AuditEvent.APPROVED,
                    AuditEvent.REJECTED,
                    AuditEvent.EXPIRED,
                    AuditEvent.CANCELLED,
                    AuditEvent.FAILED);

    private final LinkedBuses buses = new LinkedBuses();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<SigningRoom> rooms = new ArrayList<>();
    private final List<Gadget> gadgets = new ArrayList<>();

    /// What a device shows, and how often it was shown something before.
    private record Showing(SignRequest request, int number) {}

    /// A device that knows what it shows at the moment.
    private static final class Gadget implements Device {
        final Cast who;
        final boolean proven;
        final Map<String, Showing> shown = new ConcurrentHashMap<>();
        private final AtomicInteger shows = new AtomicInteger();
        final Listening listening;

        Gadget(Cast who, boolean proven, SigningRoom room) {
            this.who = who;
            this.proven = proven;
            this.listening = room.socket.listen(key(), this, proven);
        }

        PublicKey key() {
            return who.pair().publicKey();
        }

        @Override
        public void requested(SignRequest request, String cause) {
            shown.put(request.id(), new Showing(request, shows.incrementAndGet()));
        }

        @Override
        public void closed(SignRequest request, SignState state) {
            shown.remove(request.id());
        }

        /// What it has answered it shows no longer, whether that counted or not, unless that is an
        /// error, or it was shown again meanwhile.
        void answer(Showing showing, boolean yes) {
            SignRequest request = showing.request();
            if (!showing.equals(shown.get(request.id()))) {
                return; // it was taken back meanwhile, and perhaps shown again
            }
            try {
                boolean ended =
                        yes
                                ? listening.respond(
                                        request.id(), TestDevice.signature(who.pair(), request))
                                : listening.reject(request.id(), "");
                if (ended) {
                    shown.remove(request.id());
                } else {
                    shown.remove(request.id(), showing);
                }
            } catch (CircleException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void inTheEndEveryDeviceIsShownWhatItShouldBe(long seed, @TempDir Path folder) {
        Random random = new Random(seed);
        TestClock clock = new TestClock();
        for (String name : NAMES) {
            SigningRoom room =
                    new SigningRoom(folder.resolve(name), SigSockets.LIMITS, clock, threads);
            room.socket.join(buses.node(name), () -> {});
            rooms.add(room);
        }
        try {
            for (int i = 0; i < STEPS; i++) {
                step(random);
            }
            settle();
            awaitShown();
            while (gadgets.stream().anyMatch(gadget -> !gadget.shown.isEmpty())) {
                gadgets.forEach(
                        gadget ->
                                List.copyOf(gadget.shown.values())
                                        .forEach(request -> gadget.answer(request, true)));
            }
            awaitShown();
            rooms.forEach(room -> room.pass(Duration.ofMinutes(2)));
            await().atMost(SOON)
                    .until(() -> rooms.stream().allMatch(room -> room.socket.pending() == 0));
            rooms.forEach(NodesModelTest::assertOneEndOfEach);
        } finally {
            rooms.forEach(SigningRoom::close);
            buses.close();
            threads.shutdownNow();
        }
    }

    private void step(Random random) {
        SigningRoom room = rooms.get(random.nextInt(rooms.size()));
        switch (random.nextInt(12)) {
            case 0, 1 -> {
                if (open().size() < 40) {
                    int keys = 1 + random.nextInt(KEYS.size());
                    room.collect(1 + random.nextInt(keys), KEYS.subList(0, keys));
                }
            }
            case 2, 3 -> {
                if (gadgets.size() < MOST_DEVICES) {
                    Cast who = KEYS.get(random.nextInt(KEYS.size()));
                    gadgets.add(new Gadget(who, random.nextInt(3) > 0, room));
                }
            }
            case 4 -> {
                if (!gadgets.isEmpty()) {
                    gadgets.remove(random.nextInt(gadgets.size())).listening.close();
                }
            }
            case 5 -> trouble(random);
            case 6 -> heal();
            default -> answer(random);
        }
    }

    private void answer(Random random) {
        if (gadgets.isEmpty()) {
            return;
        }
        Gadget gadget = gadgets.get(random.nextInt(gadgets.size()));
        gadget.shown.values().stream()
                .findFirst()
                .ifPresent(
                        request -> {
                            boolean yes = random.nextBoolean();
                            threads.execute(() -> gadget.answer(request, yes));
                        });
    }

    private void trouble(Random random) {
        int one = random.nextInt(NAMES.size());
        String first = NAMES.get(one);
        String second = NAMES.get((one + 1) % NAMES.size());
        if (buses.isCut(first, second)) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> buses.cut(first, second);
            case 1 -> buses.lose(first, second);
            default -> buses.gap(first, second);
        }
    }

    private void heal() {
        for (int i = 0; i < NAMES.size(); i++) {
            String first = NAMES.get(i);
            String second = NAMES.get((i + 1) % NAMES.size());
            if (buses.isCut(first, second)) {
                buses.join(first, second);
            } else {
                buses.gap(first, second);
            }
        }
    }

    private void settle() {
        heal();
        assertThat(open().size()).isLessThan(100);
    }

    /// Ids of the requests that are open, by their key.
    private Map<String, Set<String>> open() {
        Map<String, Set<String>> open = new HashMap<>();
        for (SigningRoom room : rooms) {
            room.signs.left().open().stream()
                    .flatMap(asking -> asking.requests().stream())
                    .filter(request -> request.end().isEmpty())
                    .forEach(
                            request ->
                                    open.computeIfAbsent(request.key(), _ -> new HashSet<>())
                                            .add(request.id()));
        }
        return open;
    }

    private void awaitShown() {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            Map<String, Set<String>> open = open();
                            for (Gadget gadget : gadgets) {
                                assertThat(gadget.shown.keySet())
                                        .as("%s, proven %s", gadget.who, gadget.proven)
                                        .isEqualTo(
                                                isShutOut(gadget)
                                                        ? Set.of()
                                                        : open.getOrDefault(
                                                                gadget.key().hex(), Set.of()));
                            }
                        });
    }

    private boolean isShutOut(Gadget gadget) {
        return !gadget.proven
                && gadgets.stream().anyMatch(other -> other.proven && other.who == gadget.who);
    }

    private static void assertOneEndOfEach(SigningRoom room) {
        Map<String, Long> ends =
                room.audit().stream()
                        .map(entry -> entry.fact())
                        .filter(fact -> ENDS.contains(fact.event()))
                        .collect(Collectors.groupingBy(f -> f.request(), Collectors.counting()));
        Set<String> asked =
                room.audit().stream()
                        .map(entry -> entry.fact())
                        .filter(fact -> fact.event() == AuditEvent.REQUESTED)
                        .map(fact -> fact.request())
                        .collect(Collectors.toSet());

        assertThat(ends.keySet()).isEqualTo(asked);
        assertThat(ends.values()).allMatch(count -> count == 1);
    }
}
