package io.dflockd.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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

    private record Flag(String name, String variable, String fallback, String help) {}

    private static final String AUTO_RELEASE = "auto-release-on-disconnect";
    private static final String AUTH_TOKEN = "auth-token";
    private static final String AUTH_TOKEN_FILE = "auth-token-file";
    private static final String TLS_CERT = "tls-cert";
    private static final String TLS_KEY = "tls-key";
    private static final String DEBUG = "debug";
    private static final Set<String> SWITCHES = Set.of(AUTO_RELEASE, DEBUG);

    private static final List<Flag> FLAGS = List.of(
            new Flag("host", "DFLOCKD_HOST", "127.0.0.1", "address to listen on"),
            new Flag("port", "DFLOCKD_PORT", "6388", "port to listen on, 0 for a free one"),
            new Flag("default-lease-ttl", "DFLOCKD_DEFAULT_LEASE_TTL_S", "33", "lease of grants that ask for none, s"),
            new Flag("lease-sweep-interval", "DFLOCKD_LEASE_SWEEP_INTERVAL_S", "1", "how often leases are checked, s"),
            new Flag("read-timeout", "DFLOCKD_READ_TIMEOUT_S", "23", "silence that closes a connection, s"),
            new Flag("write-timeout", "DFLOCKD_WRITE_TIMEOUT_S", "5", "how long an answer may be stuck, s, 0 for ever"),
            new Flag(AUTO_RELEASE, "DFLOCKD_AUTO_RELEASE_ON_DISCONNECT", "true", "free what a connection held"),
            new Flag("max-locks", "DFLOCKD_MAX_LOCKS", "1024", "how many keys there may be"),
            new Flag("max-waiters", "DFLOCKD_MAX_WAITERS", "0", "how many may wait for a key, 0 for any number"),
            new Flag("max-connections", "DFLOCKD_MAX_CONNECTIONS", "0", "how many connections, 0 for any number"),
            new Flag("max-subscriptions", "DFLOCKD_MAX_SUBSCRIPTIONS", "0", "per connection, 0 for any number"),
            new Flag("gc-interval", "DFLOCKD_GC_INTERVAL_S", "5", "how often idle keys are looked for, s"),
            new Flag("gc-max-idle", "DFLOCKD_GC_MAX_IDLE_S", "60", "when an idle key is forgotten, s"),
            new Flag(AUTH_TOKEN, "DFLOCKD_AUTH_TOKEN", "", "token that clients must send first"),
            new Flag(AUTH_TOKEN_FILE, "DFLOCKD_AUTH_TOKEN_FILE", "", "file with that token"),
            new Flag(TLS_CERT, "DFLOCKD_TLS_CERT", "", "certificate chain, PEM"),
            new Flag(TLS_KEY, "DFLOCKD_TLS_KEY", "", "private key, PEM, PKCS#8"),
            new Flag("shutdown-timeout", "DFLOCKD_SHUTDOWN_TIMEOUT_S", "30", "how long SIGTERM waits, s"),
            new Flag(DEBUG, "DFLOCKD_DEBUG", "false", "log more"),
            new Flag("generation", "DFLOCKD_GENERATION", "g2", "server generation to imitate, g1 or g2"));

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
            } else if (FLAGS.stream().noneMatch(f -> f.name().equals(name))) {
                throw new UsageException("unknown flag: --" + name);
            } else if (equals >= 0) {
                given.put(name, text.substring(equals + 1));
            } else if (SWITCHES.contains(name)) {
                given.put(name, "true");
            } else if (i + 1 < arguments.size()) {
                given.put(name, arguments.get(++i));
            } else {
                throw new UsageException("flag needs a value: --" + name);
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
        return bool(DEBUG);
    }

    Duration shutdownTimeout() throws UsageException {
        return seconds("shutdown-timeout");
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
                    .autoReleaseOnDisconnect(bool(AUTO_RELEASE))
                    .maxLocks(number("max-locks"))
                    .maxWaiters(number("max-waiters"))
                    .maxConnections(number("max-connections"))
                    .maxSubscriptions(number("max-subscriptions"))
                    .gcInterval(seconds("gc-interval"))
                    .gcMaxIdle(seconds("gc-max-idle"))
                    .shutdownTimeout(seconds("shutdown-timeout"))
                    .authToken(authToken());
            addTls(builder);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        return builder;
    }

    private Generation generation() throws UsageException {
        String text = value("generation").toUpperCase(Locale.ROOT);
        for (Generation generation : Generation.values()) {
            if (generation.name().equals(text)) {
                return generation;
            }
        }
        throw new UsageException("--generation must be g1 or g2, not " + value("generation"));
    }

    private @Nullable String authToken() throws UsageException {
        String token = environment.getOrDefault("DFLOCKD_AUTH_TOKEN", "");
        if (token.isEmpty()) {
            token = given.getOrDefault(AUTH_TOKEN, "");
        }
        String file = value(AUTH_TOKEN_FILE);
        if (token.isEmpty() && !file.isEmpty()) {
            try {
                token = Files.readString(Path.of(file)).strip();
            } catch (IOException e) {
                throw new UsageException("cannot read --auth-token-file " + file + ": " + e);
            }
        }
        return token.isEmpty() ? null : token;
    }

    private void addTls(EmbeddedDflockdServerBuilder builder) throws UsageException {
        String certificate = value(TLS_CERT);
        String key = value(TLS_KEY);
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
        Flag flag =
                FLAGS.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
        String fromEnvironment = environment.getOrDefault(flag.variable(), "");
        return fromEnvironment.isEmpty() ? flag.fallback() : fromEnvironment;
    }

    private int number(String name) throws UsageException {
        try {
            return Integer.parseInt(value(name));
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + " must be a number, not " + value(name));
        }
    }

    private Duration seconds(String name) throws UsageException {
        try {
            return Duration.ofSeconds(Long.parseLong(value(name)));
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + " must be a number of seconds, not " + value(name));
        }
    }

    private boolean bool(String name) throws UsageException {
        return switch (value(name).toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "yes", "on" -> true;
            case "0", "f", "false", "no", "off" -> false;
            default -> throw new UsageException("--" + name + " must be true or false, not " + value(name));
        };
    }

    /** The text of {@code --help}. */
    static String usage() {
        StringBuilder text = new StringBuilder("""
                An embedded dflockd server, for development and tests only.

                Usage: java -jar dflockd-embedded-server-<version>-exec.jar [flags]

                A flag wins over its environment variable, except for the auth token.

                """);
        Map<String, String> lines = new LinkedHashMap<>();
        for (Flag flag : FLAGS) {
            String fallback = flag.fallback().isEmpty() ? "" : " (default " + flag.fallback() + ")";
            lines.put("  --" + flag.name(), flag.help() + fallback + ", " + flag.variable());
        }
        lines.put("  --version", "print the version and exit");
        lines.put("  --help", "print this and exit");
        lines.forEach((name, help) -> text.append(String.format(Locale.ROOT, "%-32s%s%n", name, help)));
        return text.toString();
    }
}
