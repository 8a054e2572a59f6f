package io.dflockd.client.internal.net;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;

/** Connections for stress tests of other packages. */
public final class StressConnections {

    private StressConnections() {}

    /** A connection that has ended. */
    public static Connection closed(ServerAddress server, ClientLoop loop) {
        Connection connection = new Connection(
                server,
                new EmbeddedChannel(),
                loop,
                Liveness.of(Duration.ofSeconds(7), Duration.ofSeconds(23)),
                new LineReader(1024),
                (ended, cause) -> {});
        connection.close();
        return connection;
    }
}
