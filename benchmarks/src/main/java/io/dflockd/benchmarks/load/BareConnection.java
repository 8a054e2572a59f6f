package io.dflockd.benchmarks.load;

import io.dflockd.client.ServerAddress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The least that can acquire and release: one blocking socket, one request at a time. Not thread-safe. */
public final class BareConnection implements AutoCloseable {

    private static final int TOKEN_LENGTH = 32;

    private final Socket socket = new Socket();

    private final OutputStream out;

    private final InputStream in;

    private final byte[] line = new byte[1024];

    private final int timeoutSeconds;

    private byte[] acquire;

    private byte[] release;

    /**
     * Connects.
     *
     * @param key the key of its lock
     * @param timeoutSeconds how long an acquire waits
     */
    public BareConnection(ServerAddress server, String key, int timeoutSeconds) throws IOException {
        this.timeoutSeconds = timeoutSeconds;
        this.acquire = acquireOf(key);
        this.release = releaseOf(key);
        socket.setTcpNoDelay(true);
        socket.connect(new java.net.InetSocketAddress(server.host(), server.port()), 10_000);
        socket.setSoTimeout(60_000);
        out = socket.getOutputStream();
        in = socket.getInputStream();
    }

    /** Changes the key. */
    void key(String key) {
        acquire = acquireOf(key);
        release = releaseOf(key);
    }

    private byte[] acquireOf(String key) {
        return ("l\n" + key + "\n" + timeoutSeconds + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] releaseOf(String key) {
        return ("r\n" + key + "\n" + "0".repeat(TOKEN_LENGTH) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Acquires; the token is kept for the release. */
    public void acquire() throws IOException {
        out.write(acquire);
        int length = readLine();
        if (length < 3 + TOKEN_LENGTH || line[0] != 'o' || line[1] != 'k') {
            throw new IOException("not acquired: " + text(length));
        }
        System.arraycopy(line, 3, release, release.length - 1 - TOKEN_LENGTH, TOKEN_LENGTH);
    }

    /** Releases the last grant. */
    public void release() throws IOException {
        out.write(release);
        int length = readLine();
        if (length != 2 || line[0] != 'o') {
            throw new IOException("not released: " + text(length));
        }
    }

    private int readLine() throws IOException {
        int size = 0;
        do {
            int read = in.read(line, size, line.length - size);
            if (read < 0) {
                throw new EOFException("the server closed the connection");
            }
            size += read;
        } while (line[size - 1] != '\n');
        return size - 1;
    }

    private String text(int length) {
        return new String(Arrays.copyOf(line, length), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
