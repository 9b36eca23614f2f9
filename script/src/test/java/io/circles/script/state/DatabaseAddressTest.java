package io.circles.script.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.circles.protocol.crypto.KeyPair;
import io.circles.protocol.crypto.PublicKey;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseAddressTest {
    private static final PublicKey CIRCLE = KeyPair.generate(new SecureRandom()).publicKey();

    private static DatabaseAddress address(String url, String user, String password) {
        return new DatabaseAddress(url, Optional.of(user), Optional.of(password));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/circles",
                "jdbc:postgresql://db:5433,other:5434/circles?sslmode=verify-full&targetServerType=primary",
                "jdbc:postgresql://[::1]:5432/circles"
            })
    void whatRunsAreToldIsTheSameAddress(String url) {
        DatabaseAddress address = address(url, "a&b=c", "p?ß w&circle=%");

        DatabaseAddress.OfCircle told = DatabaseAddress.parse(address.readUrl(CIRCLE));

        assertThat(told.database()).isEqualTo(address);
        assertThat(told.circle()).isEqualTo(CIRCLE.hex());
    }

    @Test
    void withoutUserAndPasswordThereAreNone() {
        DatabaseAddress address =
                new DatabaseAddress(
                        "jdbc:postgresql://db/circles", Optional.empty(), Optional.empty());

        assertThat(DatabaseAddress.parse(address.readUrl(CIRCLE)).database()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://db/circles?user=me",
                "jdbc:postgresql://db/circles?sslmode=require&password=secret",
                "jdbc:postgresql://me:secret@db/circles",
                "jdbc:postgresql://db/circles?currentSchema=public",
                "jdbc:postgresql:circles",
                "jdbc:postgresql://db/",
                "jdbc:mysql://db/circles",
                "postgres://db/circles"
            })
    void anAddressWithASecretInItOrOfAnotherKindIsRefusedAndNotShown(String url) {
        assertThatThrownBy(() -> new DatabaseAddress(url, Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("secret")
                .doesNotContain(url);
    }

    @Test
    void noSecretIsShown() {
        DatabaseAddress address = address("jdbc:postgresql://db/circles?ssl=true", "me", "secret");

        assertThat(address).hasToString("jdbc:postgresql://db/circles");
        assertThat(DatabaseAddress.shown(address.readUrl(CIRCLE)))
                .isEqualTo("jdbc:postgresql://db/circles");
    }
}
