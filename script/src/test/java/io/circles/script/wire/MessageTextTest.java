package io.circles.script.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.Json;
import io.circles.protocol.RpcFrame;
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

        assertThat(batches).hasSizeBetween(2, 25).allMatch(batch -> batch.length <= most + 2);
        List<RpcMessage> read = new ArrayList<>();
        for (byte[] batch : batches) {
            read.addAll(messages(batch));
        }
        assertThat(read).isEqualTo(messages);
    }

    private static List<RpcMessage> messages(byte[] batch) throws UnreadableMessage {
        List<RpcMessage> read = new ArrayList<>();
        for (RpcFrame.Item item : MessageText.items(batch, MOST)) {
            read.add(MessageText.read(item));
        }
        return read;
    }

    @Test
    void whatIsNoMessageInABatchLeavesTheOthers() throws Exception {
        String text = "[1,%s,{}]".formatted(MessageText.of(message(1, "a")));

        List<RpcFrame.Item> items =
                MessageText.items(text.getBytes(StandardCharsets.ISO_8859_1), MOST);

        assertThat(items).hasSize(3);
        assertThat(MessageText.read(items.get(1))).isEqualTo(message(1, "a"));
        for (RpcFrame.Item bad : List.of(items.get(0), items.get(2))) {
            assertThatThrownBy(() -> MessageText.read(bad)).isInstanceOf(UnreadableMessage.class);
        }
    }

    @Test
    void aMessageThatIsTooLongForOthersIsAlone() throws Exception {
        List<RpcMessage> messages =
                List.of(message(1, "a"), message(2, "x".repeat(500)), message(3, "b"));

        List<byte[]> batches = MessageText.batches(messages, 200);

        assertThat(batches).hasSize(3);
        assertThat(messages(batches.get(1))).containsExactly(messages.get(1));
        assertThat(MessageText.batches(List.of(), 200)).isEmpty();
    }

    @Test
    void whatIsNoBatchOfMessagesIsUnreadable() {
        for (String text : List.of("", "[]", "{", "[{}] x")) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> MessageText.items(bytes, MOST))
                    .as(text)
                    .isInstanceOf(UnreadableMessage.class);
        }
        byte[] two =
                MessageText.batches(List.of(message(1, "a"), message(2, "b")), MOST).getFirst();
        assertThatThrownBy(() -> MessageText.items(two, 1)).isInstanceOf(UnreadableMessage.class);
    }
}
