package io.circles.server.sigsocket;

import io.circles.protocol.SignDigest;
import io.circles.protocol.crypto.PublicKey;
import io.circles.script.SignatureRequest;
import io.circles.server.store.AskingRow;
import io.circles.server.store.SignRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Turns what scripts ask for into what is kept of it. Immutable.
///
/// @param circle whose scripts they are
/// @param longest how long a request may be open, whatever the script says
record ScriptAsks(PublicKey circle, Duration longest) {

    /// One request for each key.
    ///
    /// @param at when the run was committed that asks
    AskingRow row(SignatureRequest asked, PublicKey requester, Instant at) {
        List<SignRow> requests = new ArrayList<>();
        for (PublicKey key : asked.keys()) {
            requests.add(request(asked, key, requester, at).row(Optional.of(asked.id())));
        }
        return new AskingRow(asked.id(), asked.threshold(), Optional.empty(), 0, 0, requests);
    }

    private SignRequest request(
            SignatureRequest asked, PublicKey key, PublicKey requester, Instant at) {
        Instant created = Instant.ofEpochMilli(at.toEpochMilli());
        Duration ttl = asked.ttl().compareTo(longest) < 0 ? asked.ttl() : longest;
        return new SignRequest(
                id(asked, key),
                key,
                new Message(asked.message()),
                asked.contentType(),
                asked.display(),
                asked.digest(),
                Requester.of(requester),
                created,
                created.plus(ttl),
                signed(asked, requester));
    }

    /// That of what is asked, and for the second key and so on its place too.
    private static String id(SignatureRequest asked, PublicKey key) {
        int place = asked.keys().indexOf(key);
        return place == 0 ? asked.id() : asked.id() + "." + (place + 1);
    }

    private String signed(SignatureRequest asked, PublicKey requester) {
        SignDigest.Context context =
                new SignDigest.Context(circle, requester, asked.contentType(), asked.display());
        return HexFormat.of().formatHex(asked.digest().digest(asked.messageBytes(), context));
    }
}
