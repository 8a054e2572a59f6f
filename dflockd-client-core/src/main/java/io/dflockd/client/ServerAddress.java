package io.dflockd.client;

/**
 * Host and port of one dflockd server.
 *
 * @param host a host name, an IPv4 address or an IPv6 address (without brackets)
 * @param port the TCP port, 1 to 65535
 */
public record ServerAddress(String host, int port) {

    /** The default port of a dflockd server. */
    public static final int DEFAULT_PORT = 6388;

    /**
     * Checks both values.
     *
     * @throws InvalidArgumentException if the host is blank or contains white space, or the port is out of range
     */
    public ServerAddress {
        if (host == null || host.isBlank() || hasWhitespace(host)) {
            throw new InvalidArgumentException("server host '" + host
                    + "' is blank or contains white space; expected a host name or an IP address");
        }
        if (port < 1 || port > 65535) {
            throw new InvalidArgumentException("server port " + port + " of host '" + host + "' is not in 1..65535");
        }
    }

    private static boolean hasWhitespace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Parses {@code host:port}, {@code host} (port 6388), {@code [ipv6]:port} or {@code [ipv6]}.
     *
     * @param text the address
     * @throws InvalidArgumentException if the text has another form; the message contains it
     */
    public static ServerAddress parse(String text) {
        if (text == null || text.isBlank()) {
            throw new InvalidArgumentException(
                    "server address '" + text + "' is empty; expected host:port, for example 127.0.0.1:6388");
        }
        String trimmed = text.trim();
        if (trimmed.contains("://")) {
            throw new InvalidArgumentException("server address '" + text
                    + "' is a URL; expected host:port without a scheme, for example 127.0.0.1:6388");
        }
        String host;
        String port;
        if (trimmed.startsWith("[")) {
            int end = trimmed.indexOf(']');
            if (end < 0 || (end + 1 < trimmed.length() && trimmed.charAt(end + 1) != ':')) {
                throw malformed(text, null);
            }
            host = trimmed.substring(1, end);
            port = end + 1 == trimmed.length() ? "" : trimmed.substring(end + 2);
            if (end + 1 < trimmed.length() && port.isEmpty()) {
                throw malformed(text, null);
            }
        } else {
            int colon = trimmed.lastIndexOf(':');
            if (colon != trimmed.indexOf(':')) {
                throw new InvalidArgumentException("server address '" + text
                        + "' has several colons; write an IPv6 address in brackets, for example [::1]:6388");
            }
            host = colon < 0 ? trimmed : trimmed.substring(0, colon);
            port = colon < 0 ? "" : trimmed.substring(colon + 1);
            if (colon >= 0 && port.isEmpty()) {
                throw malformed(text, null);
            }
        }
        if (host.isEmpty() || host.contains("/")) {
            throw malformed(text, null);
        }
        try {
            return new ServerAddress(host, port.isEmpty() ? DEFAULT_PORT : Integer.parseInt(port));
        } catch (NumberFormatException | InvalidArgumentException ex) {
            throw malformed(text, ex);
        }
    }

    private static InvalidArgumentException malformed(String text, @org.jspecify.annotations.Nullable Exception cause) {
        String why = cause instanceof InvalidArgumentException ? " (" + cause.getMessage() + ")" : "";
        return new InvalidArgumentException(
                "server address '" + text + "' is malformed" + why
                        + "; expected host:port with a port in 1..65535, for example 127.0.0.1:6388",
                cause);
    }

    /** {@return the address in the form that {@link #parse} accepts: {@code host:port}, an IPv6 host in brackets} */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
