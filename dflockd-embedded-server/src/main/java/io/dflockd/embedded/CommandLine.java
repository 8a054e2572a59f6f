package io.dflockd.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The real server's flags and environment variables. An explicit flag wins over the environment, which wins over the
 * default; for the auth token the environment wins.
 */
final class CommandLine {

    /** A command line that cannot be understood; the message is for its author. */
    static final class UsageException extends Exception {

        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    private final Map<String, String> given;
    private final Map<String, String> environment;
    private final boolean help;
    private final boolean version;

    private CommandLine(Map<String, String> given, Map<String, String> environment, boolean help, boolean version) {
        this.given = given;
        this.environment = environment;
        this.help = help;
        this.version = version;
    }

    /**
     * Reads arguments like {@code --port 6388}, {@code --port=6388} or {@code -port 6388}.
     *
     * @throws UsageException if a flag is unknown or lacks its value
     */
    static CommandLine parse(List<String> arguments, Map<String, String> environment) throws UsageException {
        Map<String, String> given = new HashMap<>();
        boolean help = false;
        boolean version = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                throw new UsageException("not a flag: " + argument);
            }
            String text = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (name.equals("help") || name.equals("h")) {
                help = true;
            } else if (name.equals("version")) {
                version = true;
            } else {
                Flag flag = Flag.named(name).orElseThrow(() -> new UsageException("unknown flag: --" + name));
                if (equals >= 0) {
                    given.put(name, text.substring(equals + 1));
                } else if (flag.isSwitch()) {
                    given.put(name, "true");
                } else if (i + 1 < arguments.size()) {
                    given.put(name, arguments.get(++i));
                } else {
                    throw new UsageException("flag needs a value: --" + name);
                }
            }
        }
        return new CommandLine(given, environment, help, version);
    }

    boolean asksForHelp() {
        return help;
    }

    boolean asksForVersion() {
        return version;
    }

    boolean debug() throws UsageException {
        return bool(Flag.DEBUG);
    }

    Duration shutdownTimeout() throws UsageException {
        return seconds(Flag.SHUTDOWN_TIMEOUT);
    }

    /**
     * Returns a builder with all settings.
     *
     * @throws UsageException if a value is not of its kind or out of its range
     */
    EmbeddedDflockdServerBuilder toBuilder() throws UsageException {
        EmbeddedDflockdServerBuilder builder = EmbeddedDflockdServer.builder();
        try {
            builder.generation(generation())
                    .host(value("host"))
                    .port(number("port"))
                    .defaultLease(seconds("default-lease-ttl"))
                    .leaseSweepInterval(seconds("lease-sweep-interval"))
                    .readTimeout(seconds("read-timeout"))
                    .writeTimeout(seconds("write-timeout"))
                    .autoReleaseOnDisconnect(bool(Flag.AUTO_RELEASE))
                    .maxLocks(number("max-locks"))
                    .maxWaiters(number("max-waiters"))
                    .maxConnections(number("max-connections"))
                    .maxSubscriptions(number("max-subscriptions"))
                    .gcInterval(seconds("gc-interval"))
                    .gcMaxIdle(seconds("gc-max-idle"))
                    .shutdownTimeout(seconds(Flag.SHUTDOWN_TIMEOUT))
                    .authToken(authToken());
            addTls(builder);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        return builder;
    }

    Generation generation() throws UsageException {
        String text = value(Flag.GENERATION).toUpperCase(Locale.ROOT);
        for (Generation generation : Generation.values()) {
            if (generation.name().equals(text)) {
                return generation;
            }
        }
        throw notA("g1 or g2", Flag.GENERATION);
    }

    private @Nullable String authToken() throws UsageException {
        String token = environment.getOrDefault("DFLOCKD_AUTH_TOKEN", "");
        if (token.isEmpty()) {
            token = given.getOrDefault(Flag.AUTH_TOKEN, "");
        }
        String file = value(Flag.AUTH_TOKEN_FILE);
        if (token.isEmpty() && !file.isEmpty()) {
            try {
                token = Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw new UsageException("cannot read " + origin(Flag.AUTH_TOKEN_FILE) + " " + file + ": " + e);
            }
            if (token.isEmpty()) {
                throw new UsageException("no token in " + origin(Flag.AUTH_TOKEN_FILE) + " " + file);
            }
        }
        return token.isEmpty() ? null : token;
    }

    private void addTls(EmbeddedDflockdServerBuilder builder) throws UsageException {
        String certificate = value(Flag.TLS_CERT);
        String key = value(Flag.TLS_KEY);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new UsageException("--tls-cert and --tls-key go together");
        }
        if (!certificate.isEmpty()) {
            builder.tls(Path.of(certificate), Path.of(key));
        }
    }

    private String value(String name) {
        String explicit = given.get(name);
        if (explicit != null) {
            return explicit;
        }
        Flag flag = Flag.named(name).orElseThrow();
        Map.Entry<String, String> fromEnvironment = flag.from(environment);
        return fromEnvironment == null ? flag.fallback() : fromEnvironment.getValue();
    }

    /** Where the value of a flag comes from, for messages. */
    private String origin(String name) {
        Map.Entry<String, String> variable = Flag.named(name).orElseThrow().from(environment);
        return given.containsKey(name) || variable == null ? "--" + name : variable.getKey();
    }

    private UsageException notA(String kind, String name) {
        return new UsageException(origin(name) + " must be " + kind + ", not '" + value(name) + "'");
    }

    private int number(String name) throws UsageException {
        try {
            return Integer.parseInt(value(name));
        } catch (NumberFormatException e) {
            throw notA("a number", name);
        }
    }

    private Duration seconds(String name) throws UsageException {
        try {
            return Duration.ofSeconds(Long.parseLong(value(name)));
        } catch (NumberFormatException e) {
            throw notA("a number of whole seconds", name);
        }
    }

    private boolean bool(String name) throws UsageException {
        return switch (value(name).toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "yes" -> true;
            case "0", "f", "false", "no" -> false;
            default -> throw notA("true or false", name);
        };
    }
}
