package io.circles.script.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    @ParameterizedTest
    @CsvSource({
        "redis://127.0.0.1, redis://127.0.0.1:6379/0",
        "redis://redis.example.com:6380/, redis://redis.example.com:6380/0",
        "rediss://[2001:db8::1]:65535/15, rediss://[2001:db8::1]:65535/15"
    })
    void whatIsLeftOutIsWhatRedisHas(String url, String whole) {
        assertThat(RedisAddress.parse(url)).hasToString(whole);
        assertThat(RedisAddress.parse(whole)).isEqualTo(RedisAddress.parse(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1",
                "http://127.0.0.1",
                "redis://",
                "redis://:6379",
                "redis://a:0",
                "redis://a:65536",
                "redis://a/1000",
                "redis://a/01",
                "redis://a/x",
                "redis://a?x=1",
                "redis://user:hunter2@a"
            })
    void allElseIsRefusedAndNotShown(String url) {
        assertThatThrownBy(() -> RedisAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("redis://HOST:PORT/DATABASE")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anAddressInBracketsIsOneWithout() {
        assertThat(RedisAddress.parse("redis://[::1]").host()).isEqualTo("::1");
    }
}
