package io.circles.server.sigsocket;

import io.circles.protocol.crypto.PublicKey;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the signing service should do, told as simply as can be: lists, and no thread or file.
final class SignModel {
    private static final int MOST_MISSED = 64;
    private static final int MOST_RECENT = 20;

    /// A request.
    private static final class Request {
        final SignRow row;
        String state = "";
        boolean delivered;

        Request(SignRow row) {
            this.row = row;
        }

        String id() {
            return row.id();
        }
    }

    /// A device, with the ids that it was shown and those that ended elsewhere.
    record Sitting(
            PublicKey key,
            boolean proven,
            Set<String> shown,
            Set<String> missed,
            Set<String> declined) {}

    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<String, AskingRow> askings = new LinkedHashMap<>();
    private final List<Sitting> devices = new ArrayList<>();
    private final List<String> recent = new ArrayList<>();
    private final List<String> audit = new ArrayList<>();

    List<String> audit() {
        return audit;
    }

    List<Sitting> devices() {
        return devices;
    }

    List<String> open() {
        return List.copyOf(requests.keySet());
    }

    List<String> recent() {
        return recent;
    }

    List<String> askings() {
        return List.copyOf(askings.keySet());
    }

    boolean isShown(int device, String id) {
        return devices.get(device).shown.contains(id);
    }

    void ask(AskingRow asking) {
        askings.put(asking.id(), asking);
        for (SignRow row : asking.requests()) {
            requests.put(row.id(), new Request(row));
            audit.add("requested " + row.id());
        }
        asking.requests().forEach(row -> showAll(row.key()));
    }

    void sit(PublicKey key, boolean proven) {
        devices.add(
                new Sitting(
                        key,
                        proven,
                        new LinkedHashSet<>(),
                        new LinkedHashSet<>(),
                        new LinkedHashSet<>()));
        if (proven) {
            for (Sitting other : devices) {
                if (other.key.equals(key) && !other.proven) {
                    List.copyOf(other.shown).forEach(id -> miss(other, id));
                }
            }
        }
        showAll(key.hex());
    }

    void leave(int device) {
        Sitting gone = devices.remove(device);
        showAll(gone.key.hex());
    }

    private void showAll(String key) {
        List<Sitting> all = devices.stream().filter(d -> d.key.hex().equals(key)).toList();
        boolean proven = all.stream().anyMatch(Sitting::proven);
        for (Sitting device : all) {
            if (device.proven || !proven) {
                requests.values().stream()
                        .filter(request -> request.row.key().equals(key))
                        .forEach(request -> show(device, request));
            }
        }
    }

    private void show(Sitting device, Request request) {
        if (device.declined.contains(request.id())) {
            return;
        }
        device.shown.add(request.id());
        device.missed.remove(request.id());
        if (!request.delivered) {
            request.delivered = true;
            audit.add("delivered " + request.id());
        }
    }

    private static void miss(Sitting device, String id) {
        device.shown.remove(id);
        device.missed.add(id);
        if (device.missed.size() > MOST_MISSED) {
            device.missed.remove(device.missed.iterator().next());
        }
    }

    boolean answer(int device, String id, String state) {
        Sitting sitting = devices.get(device);
        if (!sitting.shown.contains(id)) {
            if (sitting.missed.remove(id)) {
                audit.add("late " + id);
            }
            return false;
        }
        sitting.shown.remove(id);
        end(requests.get(id), state);
        return true;
    }

    /// A wrong answer to what a script has asked: that device has had its chance.
    boolean fail(int device, String id) {
        Sitting sitting = devices.get(device);
        if (sitting.shown.remove(id)) {
            sitting.declined.add(id);
            return false;
        }
        return answer(device, id, "failed");
    }

    private void end(Request request, String state) {
        Map<String, String> ends = new LinkedHashMap<>();
        ends.put(request.id(), state);
        AskingRow asking = askings.get(request.row.asking().orElseThrow());
        List<SignRow> rows = asking.requests();
        request.state = state;
        long approved = rows.stream().filter(row -> "approved".equals(state(row))).count();
        long left = rows.stream().filter(row -> state(row).isEmpty()).count();
        if (approved >= asking.threshold() || approved + left < asking.threshold()) {
            rows.stream()
                    .filter(row -> state(row).isEmpty())
                    .forEach(row -> ends.put(row.id(), "cancelled"));
            askings.remove(asking.id());
        }
        ends.forEach(this::close);
    }

    private final Map<String, String> ended = new LinkedHashMap<>();

    private String state(SignRow row) {
        Request request = requests.get(row.id());
        return request == null ? ended.getOrDefault(row.id(), "") : request.state;
    }

    private void close(String id, String state) {
        requests.remove(id);
        ended.put(id, state);
        audit.add(state + " " + id);
        for (Sitting device : devices) {
            if (device.shown.contains(id)) {
                miss(device, id);
            }
        }
        recent.add(id);
        if (recent.size() > MOST_RECENT) {
            recent.removeFirst();
        }
    }

    void withdraw(String asking) {
        AskingRow gone = askings.remove(asking);
        gone.requests().stream()
                .map(SignRow::id)
                .filter(requests::containsKey)
                .toList()
                .forEach(id -> close(id, "cancelled"));
    }

    /// Those of a moment end in the order in which they were made.
    void expire(Instant now) {
        List<Request> due =
                requests.values().stream()
                        .filter(request -> !now.isBefore(request.row.expires()))
                        .sorted(Comparator.comparing(request -> request.row.created()))
                        .toList();
        due.stream()
                .filter(request -> requests.containsKey(request.id()))
                .forEach(request -> end(request, "expired"));
    }
}
