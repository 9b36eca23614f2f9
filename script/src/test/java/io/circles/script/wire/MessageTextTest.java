package io.circles.script.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.Json;
import io.circles.protocol.RpcId;
import io.circles.protocol.RpcMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MessageTextTest {
    private static final int MOST = 100;

    private static RpcMessage message(int id, String text) {
        return new RpcMessage.Success(RpcId.of(id), Json.tree(text));
    }

    @Test
    void batchesHaveAllMessagesInTheirOrderAndNoMoreBytesThanTheyMay() throws Exception {
        List<RpcMessage> messages =
                IntStream.range(0, 50).mapToObj(i -> message(i, "é\uD800" + i)).toList();
        int most = 300;

        List<byte[]> batches = MessageText.batches(messages, most);

        assertThat(batches).hasSizeBetween(2, 25).allMatch(batch -> batch.length <= most + 1);
        List<RpcMessage> read = new ArrayList<>();
        for (byte[] batch : batches) {
            read.addAll(MessageText.readBatch(batch, MOST));
        }
        assertThat(read).isEqualTo(messages);
    }

    @Test
    void aMessageThatIsTooLongForOthersIsAlone() throws Exception {
        List<RpcMessage> messages =
                List.of(message(1, "a"), message(2, "x".repeat(500)), message(3, "b"));

        List<byte[]> batches = MessageText.batches(messages, 200);

        assertThat(batches).hasSize(3);
        assertThat(MessageText.readBatch(batches.get(1), MOST)).containsExactly(messages.get(1));
        assertThat(MessageText.batches(List.of(), 200)).isEmpty();
    }

    @Test
    void whatIsNoBatchOfMessagesIsUnreadable() {
        for (String text : List.of("", "[]", "[1]", "[{\"jsonrpc\":\"2.0\"}]", "{", "[{}] x")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> MessageText.readBatch(bytes, MOST))
                    .as(text)
                    .isInstanceOf(UnreadableMessage.class);
        }
        byte[] two =
                MessageText.batches(List.of(message(1, "a"), message(2, "b")), MOST).getFirst();
        assertThatThrownBy(() -> MessageText.readBatch(two, 1))
                .isInstanceOf(UnreadableMessage.class);
    }
}
