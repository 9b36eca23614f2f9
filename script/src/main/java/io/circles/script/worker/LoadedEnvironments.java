package io.circles.script.worker;

import io.circles.protocol.Json;
import io.circles.protocol.RpcMessage;
import io.circles.script.ScriptEnvironment;
import io.circles.script.wire.EnvironmentCodec;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// The environments that one worker has, the least used of which it forgets first. Confined to the
/// worker's [Sender], whose order keeps each one there until the runs that name it have gone.
final class LoadedEnvironments {
    private static final int MOST = JobServer.MOST_ENVIRONMENTS / 2;

    private final Map<ScriptEnvironment, Long> loaded = new LinkedHashMap<>(16, 0.75f, true);
    private long lastId;

    /// The worker's id of an environment.
    ///
    /// @param send takes what has to be sent before a run that names it
    long id(ScriptEnvironment environment, Consumer<RpcMessage> send) {
        Long id = loaded.get(environment);
        return id == null ? load(environment, send) : id;
    }

    private long load(ScriptEnvironment environment, Consumer<RpcMessage> send) {
        if (loaded.size() >= MOST) {
            forgetOne(send);
        }
        long id = ++lastId;
        send.accept(
                new RpcMessage.Notification(
                        Methods.LOAD, EnvironmentCodec.encode(environment).put("id", id)));
        loaded.put(environment, id);
        return id;
    }

    private void forgetOne(Consumer<RpcMessage> send) {
        Iterator<Long> eldest = loaded.values().iterator();
        long id = eldest.next();
        eldest.remove();
        send.accept(new RpcMessage.Notification(Methods.UNLOAD, Json.object().put("id", id)));
    }
}
