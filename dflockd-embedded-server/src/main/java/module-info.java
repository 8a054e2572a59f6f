/** A dflockd server for development and tests. Only the exported package is API. */
module io.dflockd.embedded {
    exports io.dflockd.embedded;

    requires transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires org.slf4j;
}
