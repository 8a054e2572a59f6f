package io.dflockd.embedded.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The values of the {@linkplain Flag flags}. A flag goes before its environment variable, which goes before the default.
 */
public final class CommandLine {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final Map<Flag, String> given;
    private final Map<String, String> environment;
    private final boolean help;
    private final boolean version;

    private CommandLine(Map<Flag, String> given, Map<String, String> environment, boolean help, boolean version) {
        this.given = given;
        this.environment = environment;
        this.help = help;
        this.version = version;
    }

    /**
     * Parses arguments like {@code --port 6388}, {@code --port=6388} or {@code -port 6388}.
     *
     * @throws UsageException if a flag is unknown or has no value
     */
    public static CommandLine parse(List<String> arguments, Map<String, String> environment) throws UsageException {
        Map<Flag, String> given = new EnumMap<>(Flag.class);
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
                    given.put(flag, text.substring(equals + 1));
                } else if (flag.isSwitch()) {
                    given.put(flag, "true");
                } else if (i + 1 < arguments.size()) {
                    given.put(flag, arguments.get(++i));
                } else {
                    throw new UsageException("flag needs a value: --" + name);
                }
            }
        }
        return new CommandLine(given, environment, help, version);
    }

    public boolean asksForHelp() {
        return help;
    }

    public boolean asksForVersion() {
        return version;
    }

    private String generation() {
        return text(Flag.GENERATION).toLowerCase(Locale.ROOT);
    }

    /**
     * Refuses flags that the generation does not have.
     *
     * @throws UsageException if there is one
     */
    public void checkFlags() throws UsageException {
        for (Flag flag : given.keySet()) {
            if (!flag.existsIn(generation())) {
                throw new UsageException("generation " + generation() + " has no flag " + flag.text());
            }
        }
    }

    /** The value of a flag. As in the real server, variables that the generation does not have are ignored. */
    public String text(Flag flag) {
        String explicit = given.get(flag);
        if (explicit != null) {
            return explicit;
        }
        // The generation is a flag of all generations.
        boolean ignored = !flag.existsInAll() && !flag.existsIn(generation());
        return ignored
                ? flag.defaultValue()
                : flag.variableIn(environment).map(environment::get).orElse(flag.defaultValue());
    }

    public int number(Flag flag) throws UsageException {
        try {
            return Integer.parseInt(text(flag));
        } catch (NumberFormatException e) {
            throw notA("a number", flag);
        }
    }

    public Duration seconds(Flag flag) throws UsageException {
        try {
            return Duration.ofSeconds(Long.parseLong(text(flag)));
        } catch (NumberFormatException e) {
            throw notA("a number of whole seconds", flag);
        }
    }

    public boolean isOn(Flag flag) throws UsageException {
        return switch (text(flag).toLowerCase(Locale.ROOT)) {
            case "1", "t", "true", "yes" -> true;
            case "0", "f", "false", "no" -> false;
            default -> throw notA("true or false", flag);
        };
    }

    /** One of some constants, in lower or upper case. */
    public <E extends Enum<E>> E choice(Flag flag, Class<E> type) throws UsageException {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text(flag))) {
                return constant;
            }
        }
        throw notA(
                Arrays.stream(type.getEnumConstants())
                        .map(c -> c.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" or ")),
                flag);
    }

    /**
     * The auth token, or the content of its file without white space at its ends; empty for none.
     *
     * @param environmentFirst whether the token of the environment goes before those of the flags
     */
    public String authToken(boolean environmentFirst) throws UsageException {
        String flag = given.getOrDefault(Flag.AUTH_TOKEN, "");
        String variable =
                Flag.AUTH_TOKEN.variableIn(environment).map(environment::get).orElse("");
        if (!variable.isEmpty() && environmentFirst) {
            return variable;
        }
        if (!flag.isEmpty()) {
            return flag;
        }
        if (!variable.isEmpty() && given.getOrDefault(Flag.AUTH_TOKEN_FILE, "").isEmpty()) {
            return variable;
        }
        String file = text(Flag.AUTH_TOKEN_FILE);
        return file.isEmpty() ? "" : tokenIn(file);
    }

    private String tokenIn(String file) throws UsageException {
        String source = origin(Flag.AUTH_TOKEN_FILE) + " " + file;
        String token;
        try {
            token = Files.readString(Path.of(file));
        } catch (CharacterCodingException e) {
            throw new UsageException("cannot read " + source + ": it is not UTF-8 text; save it as UTF-8");
        } catch (IOException e) {
            throw new UsageException("cannot read " + source + ": " + e);
        }
        // Editors on Windows write it.
        String stripped = (token.startsWith(BYTE_ORDER_MARK) ? token.substring(1) : token).strip();
        if (stripped.isEmpty()) {
            throw new UsageException("no token in " + source);
        }
        return stripped;
    }

    /** The flag or variable that the value of a flag comes from. */
    private String origin(Flag flag) {
        return given.containsKey(flag)
                ? flag.text()
                : flag.variableIn(environment).orElse(flag.text());
    }

    private UsageException notA(String kind, Flag flag) {
        return new UsageException(origin(flag) + " must be " + kind + ", not '" + text(flag) + "'");
    }
}
