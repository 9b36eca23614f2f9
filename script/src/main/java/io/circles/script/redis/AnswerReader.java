package io.circles.script.redis;

import io.circles.protocol.CircleException;
import io.circles.protocol.ErrorCode;
import io.circles.protocol.RpcFrame;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.ScriptJob;
import io.circles.script.wire.Fields;
import io.circles.script.wire.MessageText;
import io.circles.script.wire.OutcomeCodec;
import io.circles.script.wire.UnreadableMessage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/// Reads this node's stream of answers, and cuts off what it has read. Confined to its thread.
final class AnswerReader implements RedisThread.Work {
    private static final Logger log = LoggerFactory.getLogger(AnswerReader.class);
    private static final String START = "0-0";
    private static final int MOST_AT_ONCE = 256;

    private final RedisConnections connections;
    private final Dispatch dispatch;
    private final Consumer<ScriptEnvironment> forget;
    private final String stream;
    private final Notices notices = new Notices(System::nanoTime);
    private String last = START;

    /// @param forget is told which environment a worker may have missed
    AnswerReader(
            RedisConnections connections, Dispatch dispatch, Consumer<ScriptEnvironment> forget) {
        this.forget = forget;
        this.connections = connections;
        this.dispatch = dispatch;
        this.stream = connections.name(Names.answers(connections.self()));
    }

    /// From the start: a Redis that has begun anew may number anew.
    @Override
    public void connected(RedisLink link) {
        last = START;
    }

    @Override
    public void step(RedisLink link) {
        link.send(Command.XTRIM, stream, "MINID", last);
        int place =
                link.send(
                        Command.XREAD,
                        "COUNT",
                        MOST_AT_ONCE,
                        "BLOCK",
                        StreamEntry.BLOCK_MS,
                        "STREAMS",
                        stream,
                        last);
        Object read = link.answers().get(place);
        if (read instanceof RedisFailure failure) {
            throw failure;
        }
        for (StreamEntry entry : StreamEntry.all(read)) {
            last = entry.id();
            answer(entry);
        }
    }

    private void answer(StreamEntry entry) {
        try {
            Message message = connections.seal().open(Purpose.ANSWER, stream, entry.message());
            MessageText.items(message.body(), AnswerSender.MOST_AT_ONCE).forEach(this::take);
        } catch (RefusedMessage | UnreadableMessage e) {
            refused(e);
        }
    }

    /// One that cannot be read leaves the others of its message as they are.
    private void take(RpcFrame.Item one) {
        try {
            answer(MessageText.read(one));
        } catch (UnreadableMessage e) {
            refused(e);
        }
    }

    private void refused(Exception why) {
        if (notices.isDue(RefusedMessage.kind(why))) {
            log.atWarn().addKeyValue("why", why.getMessage()).log("an answer is refused");
        }
    }

    private void failed(RpcMessage.Failure failure) throws UnreadableMessage {
        CircleException why = new CircleException(failure.error());
        long number = JobMessage.number(failure.id());
        if (why.code() == ErrorCode.NO_WORKER) {
            dispatch.job(number).map(ScriptJob::environment).ifPresent(forget);
        }
        dispatch.answered(number, new RemoteRun.Failed(why));
    }

    private void answer(RpcMessage answer) throws UnreadableMessage {
        switch (answer) {
            case RpcMessage.Success success ->
                    dispatch.answered(
                            JobMessage.number(success.id()),
                            new RemoteRun.Done(OutcomeCodec.decode(new Fields(success.result()))));
            case RpcMessage.Failure failure -> failed(failure);
            case RpcMessage.Request _, RpcMessage.Notification _ ->
                    throw new UnreadableMessage("no answer");
        }
    }
}
