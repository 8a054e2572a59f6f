package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: name, TCP, TLS, auth, all within one connect timeout. Name resolution, the suppliers of token and TLS
 * context and TLS's own tasks run on the blocking executor, everything else on the event loop. A connection that does not
 * become ready is closed, at whatever step.
 */
public final class Dialer {

    private static final int DEFAULT_MAX_LINE = 128 * 1024;

    private final EventLoop loop;

    private final Timers timers;

    private final Executor blocking;

    private final Liveness liveness;

    private final Duration connectTimeout;

    private final @Nullable Supplier<SSLContext> sslContext;

    private final boolean hostnameVerification;

    private final @Nullable Supplier<@Nullable String> authToken;

    /** From the settings of a client. */
    public Dialer(
            EventLoop loop,
            Timers timers,
            Executor blocking,
            Liveness liveness,
            Duration connectTimeout,
            @Nullable Supplier<SSLContext> sslContext,
            boolean hostnameVerification,
            @Nullable Supplier<@Nullable String> authToken) {
        this.loop = loop;
        this.timers = timers;
        this.blocking = blocking;
        this.liveness = liveness;
        this.connectTimeout = connectTimeout;
        this.sslContext = sslContext;
        this.hostnameVerification = hostnameVerification;
        this.authToken = authToken;
    }

    /** What comes of a dial: exactly one call, on the event loop. */
    public interface Result {

        /** The connection is ready. */
        void connected(Connection connection);

        /** It did not come about. */
        void failed(DflockdException cause);
    }

    /**
     * Dials. To be called on the event loop.
     *
     * @param owner who is told what happens on the connection once it is ready
     * @return cancels the dial, if it still runs; the result is then a failure
     */
    public Runnable dial(ServerAddress server, ConnectionOwner owner, Result result) {
        Attempt attempt = new Attempt(server, owner, result);
        attempt.begin();
        return () -> attempt.fail(
                new DflockdConnectionException("the connection to server " + server + " is not wanted any more"));
    }

    private record Secrets(
            InetAddress[] addresses, @Nullable SSLContext tls, byte @Nullable [] token) {}

    /** One attempt; confined to the event loop but for {@link #prepare()}. */
    private final class Attempt {

        private final ServerAddress server;

        private final ConnectionOwner owner;

        private final Result result;

        private final Timers.Timer deadline = new Timers.Timer() {
            @Override
            protected void expired() {
                timedOut();
            }
        };

        private @Nullable Channel channel;

        private @Nullable Connection connection;

        private String step = "resolving its name";

        private long deadlineAt;

        private boolean done;

        Attempt(ServerAddress server, ConnectionOwner owner, Result result) {
            this.server = server;
            this.owner = owner;
            this.result = result;
        }

        void begin() {
            deadlineAt = timers.now() + connectTimeout.toNanos();
            timers.start(deadline, deadlineAt);
            byte[] literal = NetUtil.createByteArrayFromIpAddressString(server.host());
            if (literal != null && sslContext == null && authToken == null) {
                try {
                    connect(new Secrets(new InetAddress[] {InetAddress.getByAddress(literal)}, null, null), 0);
                    return;
                } catch (UnknownHostException ex) {
                    fail(new UnknownServerHostException("server address " + server + " is no IP address", ex));
                    return;
                }
            }
            try {
                blocking.execute(this::prepare);
            } catch (RejectedExecutionException ex) {
                fail(new DflockdConnectionException("server " + server + " cannot be dialled: no thread for it", ex));
            }
        }

        private void prepare() {
            try {
                Secrets secrets = new Secrets(
                        InetAddress.getAllByName(server.host()), sslContext == null ? null : sslContext.get(), token());
                loop.execute(() -> connect(secrets, 0));
            } catch (UnknownHostException ex) {
                failLater(new UnknownServerHostException(
                        "server host '" + server.host() + "' of " + server
                                + " is unknown; check its spelling and the name service",
                        ex));
            } catch (DflockdException ex) {
                failLater(ex);
            } catch (InvalidArgumentException ex) {
                failLater(new DflockdAuthenticationException(
                        "the token for server " + server + " cannot be sent: " + ex.getMessage(), ex));
            } catch (Throwable ex) {
                failLater(new DflockdConnectionException(
                        "the connection to server " + server + " could not be prepared: " + ex, ex));
            }
        }

        private SSLEngine engine(SSLContext context) {
            SSLEngine engine = context.createSSLEngine(server.host(), server.port());
            engine.setUseClientMode(true);
            if (hostnameVerification) {
                SSLParameters parameters = engine.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                engine.setSSLParameters(parameters);
            }
            return engine;
        }

        private byte @Nullable [] token() {
            String token = authToken == null ? null : authToken.get();
            return token == null || token.isEmpty() ? null : FieldRules.authToken(token);
        }

        private void failLater(DflockdException cause) {
            try {
                loop.execute(() -> fail(cause));
            } catch (RejectedExecutionException ex) {
                // The client has been closed meanwhile: nobody waits for this any more.
                return;
            }
        }

        private void connect(Secrets secrets, int index) {
            if (done) {
                return;
            }
            step = "connecting";
            LineReader lines = new LineReader(DEFAULT_MAX_LINE);
            InetSocketAddress address = new InetSocketAddress(secrets.addresses()[index], server.port());
            SSLContext context = secrets.tls();
            SslHandler tls = context == null ? null : new SslHandler(engine(context), blocking);
            if (tls != null) {
                tls.setHandshakeTimeoutMillis(0);
            }
            ChannelFuture connecting =
                    bootstrap(tls, lines, secrets.addresses().length - index).connect(address);
            channel = connecting.channel();
            connecting.addListener(connected -> {
                if (connected.isSuccess()) {
                    if (done) {
                        connecting.channel().close();
                    } else {
                        tcpReady(connecting.channel(), tls, lines, secrets);
                    }
                } else if (index + 1 < secrets.addresses().length) {
                    connect(secrets, index + 1);
                } else {
                    fail(new ServerUnreachableException(
                            "server " + server + " cannot be reached: "
                                    + connected.cause().getMessage()
                                    + "; is dflockd running there, and is the port right?",
                            connected.cause()));
                }
            });
        }

        /** An address that does not answer may take its share of the connect timeout, not what is left for the others. */
        private Bootstrap bootstrap(@Nullable SslHandler tls, LineReader lines, int addressesLeft) {
            long left = Math.max(1, deadlineAt - timers.now());
            long share = addressesLeft == 1 ? left + TimeUnit.SECONDS.toNanos(1) : left / addressesLeft;
            return new Bootstrap()
                    .group(loop)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 30)
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10)
                    .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                            Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(share) + 1))
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel ch) {
                            ChannelHandler[] handlers =
                                    tls == null ? new ChannelHandler[] {lines} : new ChannelHandler[] {tls, lines};
                            ch.pipeline().addLast(handlers);
                        }
                    });
        }

        private void tcpReady(Channel ch, @Nullable SslHandler tls, LineReader lines, Secrets secrets) {
            if (tls == null) {
                secure(ch, lines, secrets);
                return;
            }
            step = "waiting for the TLS handshake";
            tls.handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    secure(ch, lines, secrets);
                } else {
                    fail(tlsFailure(handshake.cause()));
                }
            });
        }

        private DflockdException tlsFailure(Throwable cause) {
            String hint = cause instanceof SSLException
                    ? "; does the server speak TLS on this port, and is its certificate trusted and made for this host?"
                    : "; the server ended the handshake: does it speak TLS on this port?";
            return new TlsException("TLS with server " + server + " failed: " + cause.getMessage() + hint, cause);
        }

        private void secure(Channel ch, LineReader lines, Secrets secrets) {
            if (done) {
                ch.close();
                return;
            }
            Connection ready = new Connection(server, ch, timers, liveness, lines, (ended, cause) -> {
                if (!done) {
                    fail(
                            cause != null
                                    ? cause
                                    : new DflockdConnectionException("server " + server + " was not wanted"));
                }
            });
            lines.connection(ready);
            connection = ready;
            byte[] token = secrets.token();
            if (token == null) {
                succeed(ready);
                return;
            }
            step = "waiting for the answer to auth";
            ready.send(Requests.auth(token), new Exchange() {
                @Override
                protected void answered(Reply reply) {
                    authAnswered(ready, reply);
                }

                @Override
                protected void failed(DflockdException cause) {
                    fail(cause);
                }
            });
        }

        private void authAnswered(Connection ready, Reply reply) {
            if (reply.is("ok")) {
                succeed(ready);
            } else if (reply.is("error_auth")) {
                fail(new DflockdAuthenticationException(
                        "server " + server + " refused the auth token; check the token of client and server"));
            } else if (reply.is("error")) {
                fail(
                        new DflockdAuthenticationException(
                                "server " + server
                                        + " wants no auth token but was given one; start it with --auth-token or remove the client's token"));
            } else if (reply.is("error_draining")) {
                fail(new ServerUnreachableException("server " + server + " is shutting down"));
            } else {
                fail(reply.unexpected("auth"));
            }
        }

        private void succeed(Connection ready) {
            if (done) {
                ready.close();
                return;
            }
            done = true;
            timers.stop(deadline);
            ready.owner(owner);
            result.connected(ready);
        }

        private void timedOut() {
            fail(new ServerUnreachableException("server " + server + " was not ready within the connect timeout of "
                    + TimeUnit.NANOSECONDS.toMillis(connectTimeout.toNanos()) + " ms; it was given up while " + step));
        }

        private void fail(DflockdException cause) {
            if (done) {
                return;
            }
            done = true;
            timers.stop(deadline);
            if (connection != null) {
                connection.close(cause);
            } else if (channel != null) {
                channel.close();
            }
            result.failed(cause);
        }
    }
}
