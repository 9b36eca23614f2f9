package io.circles.server.transcript;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The circle endpoint's conversations, whatever they are held over: each transcript on a
/// connection of its own, to a circle of [Cast#CIRCLE] of which at most [Cast#BOB] is a member.
public abstract class CircleTranscripts {

    private final String folder;

    /// The conversations with real scripts.
    protected CircleTranscripts() {
        this("circle");
    }

    /// @param folder of the transcripts
    protected CircleTranscripts(String folder) {
        this.folder = folder;
    }

    /// A new connection.
    protected abstract Conversation connect() throws Exception;

    @TestFactory
    Stream<DynamicTest> theCircleAnswersAsTheTranscriptSays() {
        return Transcript.in(folder).stream()
                .map(t -> DynamicTest.dynamicTest(t.name(), () -> replay(t)));
    }

    private void replay(Transcript transcript) throws Exception {
        try (Conversation conversation = connect()) {
            transcript.replay(conversation);
        }
    }
}
