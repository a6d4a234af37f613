package io.tpp.simulator;

import io.tpp.secret.Secret;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who may log in. {@code admin} with {@code 123456} is DolphinDB's own default. Thread-safe. */
final class Users {
    /** Who a caller without a good token is. */
    static final String GUEST = "guest";

    /** The one who may do everything. */
    static final String ADMIN = "admin";

    private final Map<String, Secret> passwords = new ConcurrentHashMap<>();

    Users() {
        set(ADMIN, "123456");
        set("user1", "password1");
        set("user2", "password2");
    }

    void set(String name, String password) {
        passwords.put(name, Secret.of(password));
    }

    boolean matches(String name, String password) {
        return Secret.of(password).equals(passwords.get(name));
    }
}
