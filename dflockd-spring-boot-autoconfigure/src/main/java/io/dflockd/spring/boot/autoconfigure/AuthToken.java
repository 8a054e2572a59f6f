package io.dflockd.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/** The auth token of one client's properties; one in a file is read each time. */
final class AuthToken implements Supplier<@Nullable String> {

    private final DflockdClientProperties properties;

    private final PropertyChecks checks;

    AuthToken(DflockdClientProperties properties, PropertyChecks checks) {
        this.properties = properties;
        this.checks = checks;
        checks.require(
                !(StringUtils.hasText(properties.getAuthToken()) && properties.getAuthTokenFile() != null),
                "auth-token-file",
                properties.getAuthTokenFile(),
                "auth-token is set as well; set one of them");
    }

    @Override
    public @Nullable String get() {
        Path file = properties.getAuthTokenFile();
        if (file == null) {
            return StringUtils.hasText(properties.getAuthToken()) ? properties.getAuthToken() : null;
        }
        String token;
        try {
            token = Files.readString(file).strip();
        } catch (IOException ex) {
            throw new InvalidDflockdPropertyException(
                    checks.nameOf("auth-token-file"), file, "the file cannot be read (" + ex + ")", ex);
        }
        checks.require(!token.isEmpty(), "auth-token-file", file, "the file is empty; expected the token");
        return token;
    }
}
