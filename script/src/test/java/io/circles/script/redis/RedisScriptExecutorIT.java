package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.circles.script.ScriptExecutor;
import io.circles.script.contract.ScriptExecutorContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RedisScriptExecutorIT extends ScriptExecutorContract {
    private final RedisServer redis = RedisServer.start();

    @Override
    public ScriptExecutor open(int threads, int waiting) {
        return Joined.open(redis, threads, waiting);
    }

    @AfterAll
    void end() {
        redis.close();
    }

    @Test
    void itSaysByHowManyWorkersScriptsAreRun() {
        assertThat(executor().description())
                .isEqualTo("by 1 worker behind redis://127.0.0.1:" + redis.port() + "/0");
        assertThat(executor().workers().orElseThrow().alive()).isEqualTo(1);
    }
}
