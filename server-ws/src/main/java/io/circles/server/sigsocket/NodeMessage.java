package io.circles.server.sigsocket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.Json;
import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.protocol.crypto.Signature;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What nodes tell each other of signing. A request belongs to the node that has taken it, its
/// home; the others show it to their devices.
sealed interface NodeMessage {
    /// Everything that was said before is forgotten; what listens here follows.
    record Begin() implements NodeMessage {}

    /// How many devices listen for some keys.
    ///
    /// @param last whether all was told that [Begin] says will follow
    record Here(List<Ears> keys, boolean last) implements NodeMessage {
        public Here {
            keys = List.copyOf(keys);
        }
    }

    /// The devices of one node that listen for a key.
    ///
    /// @param key in hex
    /// @param proven how many of them have proven it
    /// @param unproven how many have not
    /// @param fresh whether one has come since that was told last
    /// @param anew whether there was none meanwhile, so that what was asked is forgotten
    record Ears(String key, int proven, int unproven, boolean fresh, boolean anew) {
        public Ears {
            Objects.requireNonNull(key);
            if (proven < 0 || unproven < 0) {
                throw new IllegalArgumentException("fewer devices than none");
            }
        }

        PublicKey publicKey() {
            return PublicKey.parse(key);
        }

        boolean areNone() {
            return proven == 0 && unproven == 0;
        }

        /// Those that are shown requests.
        int shown() {
            return proven > 0 ? proven : unproven;
        }
    }

    /// A request of the sender's, to be shown to those who listen.
    ///
    /// @param weight for [Took], whether it can be read or not
    record Asked(
            String id,
            String key,
            String message,
            String contentType,
            String display,
            String digest,
            String requester,
            long created,
            long expires,
            long weight)
            implements NodeMessage {
        public Asked {
            Objects.requireNonNull(id);
            Objects.requireNonNull(key);
            Objects.requireNonNull(message);
            Objects.requireNonNull(contentType);
            Objects.requireNonNull(display);
            Objects.requireNonNull(digest);
            Objects.requireNonNull(requester);
            if (weight < 0) {
                throw new IllegalArgumentException("less than nothing");
            }
        }

        static Asked of(SignRequest request) {
            return new Asked(
                    request.id(),
                    request.key().hex(),
                    request.message().base64(),
                    request.contentType(),
                    request.display(),
                    request.digest().word(),
                    request.requester().name(),
                    request.created().toEpochMilli(),
                    request.expiresAt().toEpochMilli(),
                    Pending.weight(request));
        }

        /// The request; which bytes are signed is found out here.
        ///
        /// @throws IllegalArgumentException if it is none, or one that no device may be shown
        SignRequest request(AskCheck asks) {
            return asks.of(
                    id,
                    PublicKey.parse(key),
                    new Message(message),
                    contentType,
                    display,
                    SignDigest.of(digest)
                            .orElseThrow(() -> new IllegalArgumentException("no digest")),
                    new Requester(requester),
                    Instant.ofEpochMilli(created),
                    Instant.ofEpochMilli(expires));
        }
    }

    /// A request of the receiver's has come.
    ///
    /// @param weight see [Pending#weight()]
    record Took(long weight) implements NodeMessage {
        public Took {
            if (weight < 0) {
                throw new IllegalArgumentException("less than nothing");
            }
        }
    }

    /// A request of the sender's is not to be answered any more.
    record Over(String id, SignState state) implements NodeMessage {
        public Over {
            Objects.requireNonNull(id);
            Objects.requireNonNull(state);
        }
    }

    /// A device was handed a request of the receiver's.
    record Shown(String id, String key) implements NodeMessage {
        public Shown {
            Objects.requireNonNull(id);
            Objects.requireNonNull(key);
        }
    }

    /// A device has answered a request of the receiver's, or could not.
    ///
    /// @param number of the answer, for [Settled]
    /// @param state one of those in which devices can end a request
    /// @param verdict see [Outcome#verdict]
    record Answered(long number, String id, String key, SignState state, String verdict)
            implements NodeMessage {
        private static final int LONGEST = 4_096;

        public Answered {
            Objects.requireNonNull(id);
            Objects.requireNonNull(key);
            Objects.requireNonNull(state);
            if (verdict.length() > LONGEST) {
                throw new IllegalArgumentException("a verdict that is too long");
            }
        }

        /// What that comes to, if it counts.
        ///
        /// @throws IllegalArgumentException if no device can have said so
        Outcome outcome() {
            return switch (state) {
                case APPROVED -> new Outcome.Approved(Signature.parse(verdict));
                case REJECTED -> new Outcome.Rejected(verdict);
                case FAILED ->
                        new Outcome.Failed(SignFailure.valueOf(verdict.toUpperCase(Locale.ROOT)));
                case QUEUED, DELIVERED, EXPIRED, CANCELLED ->
                        throw new IllegalArgumentException("no answer of a device");
            };
        }
    }

    /// What became of an answer, for good.
    ///
    /// @param ended whether it has ended the request
    /// @param error why that is not known; the request stays open
    record Settled(long number, boolean ended, @Nullable ErrorCode error) implements NodeMessage {}

    /// A device has answered a request of the receiver's that was over.
    record Late(String id, String key, SignState state) implements NodeMessage {
        public Late {
            Objects.requireNonNull(id);
            Objects.requireNonNull(key);
            Objects.requireNonNull(state);
        }
    }

    /// In the circle's log is something that the sender cannot do.
    record Look() implements NodeMessage {}

    /// The kinds by the word that a message has for it.
    Map<String, Class<? extends NodeMessage>> KINDS =
            Map.of(
                    "begin", Begin.class,
                    "here", Here.class,
                    "asked", Asked.class,
                    "took", Took.class,
                    "over", Over.class,
                    "shown", Shown.class,
                    "answered", Answered.class,
                    "settled", Settled.class,
                    "late", Late.class,
                    "look", Look.class);

    /// As it is sent.
    default ObjectNode json() {
        ObjectNode json = (ObjectNode) Json.tree(this);
        return json.put("kind", getClass().getSimpleName().toLowerCase(Locale.ROOT));
    }

    /// Reads one. A newer sender may say more in it.
    ///
    /// @throws IllegalArgumentException if it is none
    static NodeMessage of(ObjectNode json) {
        Class<? extends NodeMessage> kind = KINDS.get(json.path("kind").asText());
        if (kind == null) {
            throw new IllegalArgumentException("a message of no known kind");
        }
        try {
            return Json.knownPart(json, kind);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a message that cannot be read", e);
        }
    }
}
