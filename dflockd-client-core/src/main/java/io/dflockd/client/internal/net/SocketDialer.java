package io.dflockd.client.internal.net;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.TlsException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.DialPreparation.Prepared;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections over TCP: name, TCP, TLS and auth, all within one connect timeout. What may block is prepared off the
 * event loop ({@link DialPreparation}), and TLS engines are made and their tasks run off it ({@link TlsTasks}). Everything else
 * runs on the loop, also an engine's {@code wrap} and {@code unwrap}. A connection that does not become ready is closed, at
 * whatever step.
 */
public final class SocketDialer implements Dialer {

    private static final int DEFAULT_MAX_LINE = 128 * 1024;

    private final ClientLoop loop;
    private final Executor lookups;
    private final ClientSettings settings;
    private final Liveness liveness;
    private final DialPreparation preparation;
    private final Map<ServerAddress, TlsTasks> tlsTasks = new HashMap<>();

    /** A dialer. Name look-ups, suppliers and TLS tasks, which may block, run on {@code lookups}. */
    public SocketDialer(ClientLoop loop, Executor lookups, ClientSettings settings) {
        this.loop = loop;
        this.lookups = lookups;
        this.settings = settings;
        this.liveness = Liveness.of(settings.keepAliveInterval, settings.serverReadTimeout);
        this.preparation = new DialPreparation(loop, lookups, settings);
    }

    @Override
    public Runnable dial(ServerAddress server, ConnectionOwner owner, Result result) {
        Attempt attempt = new Attempt(server, owner, result);
        attempt.begin();
        return () -> attempt.failed(
                new ConnectionClosedException("the connection to server " + server + " is no longer wanted"));
    }

    /** Sends the auth token. Exactly one of the two is called, at the latest when the connection ends. */
    static void authenticate(
            Connection connection, byte[] token, Runnable accepted, Consumer<DflockdException> refused) {
        Exchange.Answered answered = (reply, sentAt) -> {
            if (reply.is(Status.OK)) {
                accepted.run();
            } else {
                refused.accept(Refusals.ofAuth(reply));
            }
        };
        connection.send(Requests.auth(token), Exchange.of(answered, refused));
    }

    /** One attempt. Confined to the event loop. */
    private final class Attempt implements DialPreparation.Waiting {

        private final ServerAddress server;
        private final ConnectionOwner owner;
        private final Result result;
        private final Timer deadline = new Timer(this::timedOut);
        private final TlsTasks tlsTasks;
        /** The one that was handed in last. */
        private @Nullable Runnable tlsTask;

        private @Nullable Channel channel;
        private @Nullable Connection connection;
        private String step = "resolving its name";
        private long deadlineAt;
        private boolean done;

        Attempt(ServerAddress server, ConnectionOwner owner, Result result) {
            this.server = server;
            this.owner = owner;
            this.result = result;
            this.tlsTasks = SocketDialer.this.tlsTasks.computeIfAbsent(server, key -> new TlsTasks(lookups));
        }

        void begin() {
            deadlineAt = loop.now() + settings.connectTimeout.toNanos();
            loop.timers().start(deadline, deadlineAt);
            InetAddress literal = NetUtil.createInetAddressFromIpAddressString(server.host());
            if (literal == null || preparation.needsSuppliers()) {
                preparation.await(server, this);
            } else {
                prepared(new Prepared(new InetAddress[] {literal}, null, null));
            }
        }

        @Override
        public void prepared(Prepared prepared) {
            connect(prepared, 0);
        }

        private void connect(Prepared prepared, int index) {
            SSLContext context = prepared.tls();
            if (done) {
                return;
            }
            if (context == null) {
                connect(prepared, index, null);
            } else {
                setUpTls(context, ssl -> connect(prepared, index, ssl));
            }
        }

        /** Off the loop, because a context of the user's is code of the user's. An engine is good for one connection. */
        private void setUpTls(SSLContext context, Consumer<SslHandler> made) {
            step = "setting TLS up";
            boolean unused = runTlsTask(() -> {
                Runnable outcome;
                try {
                    SslHandler ssl = sslHandler(engine(context));
                    outcome = () -> made.accept(ssl);
                } catch (Throwable ex) {
                    DflockdException cause =
                            new TlsException("TLS for server " + server + " could not be set up: " + ex, ex);
                    outcome = () -> failed(cause);
                }
                // False only if the client has been closed: nobody waits any more.
                boolean ended = !loop.execute(outcome);
            });
        }

        /** Any thread. */
        private SSLEngine engine(SSLContext context) {
            SSLEngine engine = context.createSSLEngine(server.host(), server.port());
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            if (settings.hostnameVerification) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            if (!settings.tlsProtocols.isEmpty()) {
                parameters.setProtocols(settings.tlsProtocols.toArray(new String[0]));
            }
            if (!settings.tlsCipherSuites.isEmpty()) {
                parameters.setCipherSuites(settings.tlsCipherSuites.toArray(new String[0]));
            }
            engine.setSSLParameters(parameters);
            return engine;
        }

        /** False if there is no thread for it; then the dial has failed. */
        private boolean runTlsTask(Runnable task) {
            tlsTask = task;
            try {
                tlsTasks.execute(task);
                return true;
            } catch (Throwable ex) {
                failed(new DflockdConnectionException(
                        "server " + server + " cannot be dialled: no thread for its TLS", ex));
                return false;
            }
        }

        private void connect(Prepared prepared, int index, @Nullable SslHandler ssl) {
            if (done) {
                return;
            }
            step = "connecting";
            LineReader lines = new LineReader(DEFAULT_MAX_LINE);
            InetSocketAddress address = new InetSocketAddress(prepared.addresses()[index], server.port());
            ChannelFuture connecting =
                    bootstrap(ssl, lines, prepared.addresses().length - index).connect(address);
            if (!connecting.channel().isRegistered()) {
                // No socket could be opened: Netty would call a listener on another thread, and there is nothing to
                // close.
                unreachable(prepared, index, connecting.cause());
                return;
            }
            channel = connecting.channel();
            connecting.addListener(connected -> {
                if (!connected.isSuccess()) {
                    unreachable(prepared, index, connected.cause());
                } else if (done) {
                    closeAtOnce(connecting.channel());
                } else {
                    tcpReady(connecting.channel(), ssl, lines, prepared);
                }
            });
        }

        private void unreachable(Prepared prepared, int index, @Nullable Throwable cause) {
            if (index + 1 < prepared.addresses().length) {
                connect(prepared, index + 1);
            } else {
                failed(new ServerUnreachableException(
                        "server " + server + " cannot be reached: " + (cause == null ? "" : cause.getMessage())
                                + "; is dflockd running there, and is the port right?",
                        cause));
            }
        }

        /** Any thread. Its tasks come from the loop. */
        private SslHandler sslHandler(SSLEngine engine) {
            SslHandler handler = new SslHandler(engine, task -> {
                if (!runTlsTask(task)) {
                    throw new RejectedExecutionException("no thread for a TLS task");
                }
            });
            handler.setHandshakeTimeoutMillis(0);
            return handler;
        }

        /** An address that does not answer may use its share of the connect timeout, and leaves the rest to the others. */
        private Bootstrap bootstrap(@Nullable SslHandler tls, LineReader lines, int addressesLeft) {
            long left = Math.max(1, deadlineAt - loop.now());
            long share = addressesLeft == 1 ? left + TimeUnit.SECONDS.toNanos(1) : left / addressesLeft;
            return new Bootstrap()
                    .group(loop.eventLoop())
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

        private void tcpReady(Channel ch, @Nullable SslHandler ssl, LineReader lines, Prepared prepared) {
            if (ssl == null) {
                secure(ch, lines, prepared);
                return;
            }
            step = "waiting for the TLS handshake";
            ssl.handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    secure(ch, lines, prepared);
                } else {
                    failed(tlsFailure(handshake.cause()));
                }
            });
        }

        private DflockdException tlsFailure(Throwable cause) {
            String hint = cause instanceof SSLException
                    ? "; does the server speak TLS on this port, and is its certificate trusted and made for this host?"
                    : "; the server ended the handshake: does it speak TLS on this port?";
            return new TlsException("TLS with server " + server + " failed: " + cause.getMessage() + hint, cause);
        }

        private void secure(Channel ch, LineReader lines, Prepared prepared) {
            if (done) {
                ch.close();
                return;
            }
            Connection ready = new Connection(server, ch, loop, liveness, lines, this::endedTooSoon);
            connection = ready;
            byte[] token = prepared.token();
            if (token == null) {
                succeed(ready);
                return;
            }
            step = "waiting for the answer to auth";
            authenticate(ready, token, () -> succeed(ready), this::failed);
        }

        private void endedTooSoon(Connection ended, @Nullable DflockdException cause) {
            if (cause != null) {
                failed(cause);
            }
        }

        /** Called once at most, and not after a failure: that closes the connection. */
        private void succeed(Connection ready) {
            done = true;
            loop.timers().stop(deadline);
            ready.owner(owner);
            result.connected(ready);
        }

        private void timedOut() {
            failed(new ServerUnreachableException("server " + server + " was not ready within the connect timeout of "
                    + settings.connectTimeout.toMillis() + " ms; the attempt ended while "
                    + step));
        }

        @Override
        public void failed(DflockdException cause) {
            if (done) {
                return;
            }
            done = true;
            loop.timers().stop(deadline);
            preparation.forget(server, this);
            if (tlsTask != null) {
                tlsTasks.forget(tlsTask);
            }
            if (connection != null) {
                connection.close(cause);
            } else if (channel != null) {
                closeAtOnce(channel);
            }
            result.failed(cause);
        }

        /** The TLS handler would close it only after a task that is under way. */
        private static void closeAtOnce(Channel ch) {
            ChannelHandlerContext first = ch.pipeline().firstContext();
            if (first == null) {
                ch.close();
            } else {
                first.close();
            }
        }
    }
}
