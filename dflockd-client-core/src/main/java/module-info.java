/** The dflockd client. Only the exported packages are API. */
module io.dflockd.client {
    exports io.dflockd.client;
    exports io.dflockd.client.protocol;

    requires transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires jdk.net;
    requires org.slf4j;
}
