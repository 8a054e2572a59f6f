package io.dflockd.embedded;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that is nothing but a socket. Text is one char per byte. */
final class Wire implements AutoCloseable {

    static final int PATIENCE_MILLIS = 10_000;

    private final String host;
    private final int port;
    private Socket socket;

    Wire(String host, int port) throws IOException {
        this.host = host;
        this.port = port;
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    static Wire to(EmbeddedDflockdServer server) throws IOException {
        return new Wire(server.host(), server.port());
    }

    /** Goes on in TLS of this version; returns the version agreed on. */
    String startTls(SSLContext context, String version) throws IOException {
        SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
        secure.setEnabledProtocols(new String[] {version});
        secure.startHandshake();
        socket = secure;
        return secure.getSession().getProtocol();
    }

    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Sends one request and reads one line. */
    String ask(String command, String key, String argument) throws IOException {
        send(command + "\n" + key + "\n" + argument + "\n");
        return line();
    }

    /** The next line without its end. */
    String line() throws IOException {
        return line(PATIENCE_MILLIS);
    }

    String line(int patienceMillis) throws IOException {
        socket.setSoTimeout(patienceMillis);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("after '" + line.toString(StandardCharsets.ISO_8859_1) + "'");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next line is a grant; returns its token. */
    String token() throws IOException {
        return tokenOf(line());
    }

    static String tokenOf(String grant) {
        String[] words = grant.split(" ");
        if (words.length < 3 || !words[1].matches("[0-9a-f]{32}")) {
            throw new AssertionError("not a grant: " + grant);
        }
        return words[1];
    }

    /** Waits for the end of the connection, FIN or RST; whatever comes before it is an error. */
    void expectEnd(int patienceMillis) throws IOException {
        socket.setSoTimeout(patienceMillis);
        try {
            int b = socket.getInputStream().read();
            if (b >= 0) {
                throw new AssertionError("expected the end, got byte " + b);
            }
        } catch (SocketException e) {
            // A reset is an end as well.
        }
    }

    /** Whether the end comes as a reset. */
    boolean endsByReset() throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
            int b = socket.getInputStream().read();
            if (b >= 0) {
                throw new AssertionError("expected the end, got byte " + b);
            }
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Waits this long for nothing to happen. */
    void expectSilence(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            int b = socket.getInputStream().read();
            throw new AssertionError(b < 0 ? "closed" : "got byte " + b);
        } catch (SocketTimeoutException e) {
            // As it should be.
        }
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
