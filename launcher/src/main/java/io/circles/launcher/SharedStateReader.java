package io.circles.launcher;

import io.circles.script.state.DatabaseAddress;
import java.util.Optional;

/// Reads where the states are that several servers share: `state`.
///
/// @param secrets reads the password
record SharedStateReader(SecretsReader secrets) {
    private static final String FORM = "such as jdbc:postgresql://db.example.com/circles";

    /// Empty when every circle's state is a file in its folder.
    Optional<DatabaseAddress> read(ConfigReader root) {
        return root.field("state").flatMap(this::address);
    }

    private Optional<DatabaseAddress> address(ConfigReader section) {
        Optional<ConfigReader> url = section.required("url", FORM);
        Optional<String> user = section.field("user").flatMap(field -> field.text(this::notEmpty));
        Optional<String> password = section.field("password").flatMap(secrets::value);
        section.refuseOtherFields();
        return url.flatMap(field -> field.text(text -> new DatabaseAddress(text, user, password)));
    }

    private String notEmpty(String user) {
        if (user.isBlank()) {
            throw new IllegalArgumentException("must be the name of a user of the database");
        }
        return user;
    }
}
