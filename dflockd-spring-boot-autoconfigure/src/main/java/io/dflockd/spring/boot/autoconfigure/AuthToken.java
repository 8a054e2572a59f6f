package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/** The auth token of one client's properties. A token in a file is read each time. */
final class AuthToken implements Supplier<@Nullable String> {

    /** Some editors write it at the beginning of a file. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final @Nullable Path file;

    private final String fileProperty;

    private final @Nullable String token;

    /** Checks the properties and the token. */
    AuthToken(DflockdClientProperties properties, String prefix) {
        this.file = properties.getAuthTokenFile();
        this.fileProperty = prefix + ".auth-token-file";
        if (file != null && StringUtils.hasText(properties.getAuthToken())) {
            throw new InvalidConfigurationPropertyValueException(
                    fileProperty, file, prefix + ".auth-token is set as well. Set one of them.");
        }
        this.token = file == null ? ofText(properties, prefix) : null;
        get();
    }

    /** The token in {@code auth-token}, null where it is unset. */
    static @Nullable String ofText(DflockdClientProperties properties, String prefix) {
        return checked(prefix + ".auth-token", properties.getAuthToken());
    }

    @Override
    public @Nullable String get() {
        if (file == null) {
            return token;
        }
        String read;
        try {
            read = checked(fileProperty, Files.readString(file));
        } catch (IOException ex) {
            throw new InvalidConfigurationPropertyValueException(
                    fileProperty, file, "The file cannot be read (" + ex + ").");
        }
        if (read == null) {
            throw new InvalidConfigurationPropertyValueException(
                    fileProperty, file, "The file is empty. It must contain the auth token.");
        }
        return read;
    }

    private static @Nullable String checked(String property, @Nullable String given) {
        if (given == null) {
            return null;
        }
        String token = given.strip();
        if (token.startsWith(BYTE_ORDER_MARK)) {
            token = token.substring(1).strip();
        }
        if (token.isEmpty()) {
            return null;
        }
        try {
            DflockdClient.builder().authToken(token);
        } catch (InvalidArgumentException ex) {
            throw new InvalidAuthTokenException(property, ex);
        }
        return token;
    }
}
