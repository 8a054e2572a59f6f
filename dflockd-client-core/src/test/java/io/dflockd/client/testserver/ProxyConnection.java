package io.dflockd.client.testserver;

import io.dflockd.embedded.ConnectionView;
import io.dflockd.embedded.RequestView;
import io.dflockd.embedded.server.FaultSpec;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a client, and that to the server behind it. All of it belongs to the thread of its proxy. */
final class ProxyConnection {

    private static final Set<String> WAIT = Set.of("l", "sl", "w", "sw");

    /** A request that has no answer yet, what strikes its answer, and the answer if it is not the server's. */
    private record Pending(
            RequestView request,
            @Nullable FaultSpec fault,
            @Nullable String answer) {}

    private final Proxy proxy;

    private final long id;

    private final SocketChannel client;

    private final boolean opaque;

    private final String peer;

    private final List<RequestView> requests = new ArrayList<>();

    private final Deque<Pending> unanswered = new ArrayDeque<>();

    private final ByteBuf fromClient = Unpooled.buffer();

    private final ByteBuf fromServer = Unpooled.buffer();

    /** Where to look for the end of the line that is being received from the server. */
    private int searched;

    /** What goes to the client after a stall. */
    private final Deque<ByteBuf> heldBack = new ArrayDeque<>();

    private @Nullable Channel server;

    /** How many faults hold the next requests back. */
    private int pauses;

    private int stalls;

    private boolean clientGone;

    private boolean serverGone;

    private int subscriptions;

    ProxyConnection(Proxy proxy, long id, SocketChannel client, boolean opaque) {
        this.proxy = proxy;
        this.id = id;
        this.client = client;
        this.opaque = opaque;
        this.peer = "127.0.0.1:" + client.remoteAddress().getPort();
    }

    long id() {
        return id;
    }

    void connect(EventLoop loop, int port) {
        client.pipeline().addLast(new Receiver() {
            @Override
            void received(ByteBuf data) {
                fromClient.writeBytes(data);
                readRequests();
            }

            @Override
            void gone() {
                clientGone = true;
                close();
            }
        });
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Receiver() {
                    @Override
                    void received(ByteBuf data) {
                        fromServer.writeBytes(data);
                        readAnswers();
                    }

                    @Override
                    void gone() {
                        serverGone = true;
                        if (stalls == 0) {
                            close();
                        }
                    }
                })
                .connect("127.0.0.1", port)
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        server = connected.channel();
                        if (clientGone) {
                            readRequests();
                            close();
                        } else {
                            resume();
                        }
                    } else {
                        close();
                    }
                });
    }

    /** Neither reads from the client nor writes to it until the fault is removed. */
    void stall(ProxyFault fault) {
        stalls++;
        client.config().setAutoRead(false);
        fault.whenRemoved(() -> {
            stalls--;
            resume();
        });
    }

    private void resume() {
        if (stalls > 0 || server == null) {
            return;
        }
        while (!heldBack.isEmpty()) {
            client.write(heldBack.poll());
        }
        client.flush();
        if (serverGone) {
            close();
            return;
        }
        client.config().setAutoRead(true);
        readRequests();
    }

    private void pause() {
        pauses++;
    }

    private void goOn() {
        pauses--;
        readRequests();
    }

    private void readRequests() {
        if (opaque) {
            toServer(fromClient.readBytes(fromClient.readableBytes()));
            return;
        }
        while (pauses == 0 && stalls == 0 && server != null) {
            int end = fromClient.readerIndex();
            for (int line = 0; line < 3 && end >= 0; line++) {
                int found = fromClient.indexOf(end, fromClient.writerIndex(), (byte) '\n');
                end = found < 0 ? -1 : found + 1;
            }
            if (end < 0) {
                return;
            }
            handle(fromClient.readBytes(end - fromClient.readerIndex()));
            fromClient.discardSomeReadBytes();
        }
    }

    private void handle(ByteBuf bytes) {
        String[] lines = bytes.toString(StandardCharsets.UTF_8).split("\n", -1);
        String argument = lines[0].equals("auth") ? RequestView.REDACTED : lines[2];
        RequestView request = new RequestView(id, lines[0], lines[1], argument);
        requests.add(request);
        proxy.requested(request);
        ProxyFault fault = proxy.match(id, request.command(), request.key());
        if (fault == null) {
            forward(bytes, new Pending(request, null, null));
            return;
        }
        FaultSpec spec = fault.spec();
        switch (spec.kind()) {
            case CUT -> close();
            case RESET -> reset();
            case IGNORE -> bytes.release();
            case STALL -> {
                stall(fault);
                pause();
                fault.whenRemoved(() -> {
                    forward(bytes, new Pending(request, null, null));
                    goOn();
                });
            }
            case DELAY_REQUEST -> {
                pause();
                later(spec, () -> {
                    forward(bytes, new Pending(request, null, null));
                    goOn();
                });
            }
            case ANSWER, ANSWER_AND_CLOSE -> {
                unanswered.add(new Pending(request, spec, spec.text()));
                sayOwnAnswers();
            }
            default -> {
                pause();
                forward(bytes, new Pending(request, spec, null));
            }
        }
    }

    private void forward(ByteBuf bytes, Pending pending) {
        unanswered.add(pending);
        toServer(bytes);
    }

    private void toServer(ByteBuf bytes) {
        if (server != null) {
            server.writeAndFlush(bytes);
        } else {
            bytes.release();
        }
    }

    private void readAnswers() {
        if (opaque) {
            toClient(fromServer.readBytes(fromServer.readableBytes()));
            return;
        }
        int start = Math.max(searched, fromServer.readerIndex());
        int end;
        while ((end = fromServer.indexOf(start, fromServer.writerIndex(), (byte) '\n')) >= 0) {
            ByteBuf line = fromServer.readBytes(end + 1 - fromServer.readerIndex());
            received(line);
            start = fromServer.readerIndex();
        }
        fromServer.discardSomeReadBytes();
        searched = fromServer.writerIndex();
    }

    private void received(ByteBuf bytes) {
        String start = bytes.toString(0, Math.min(bytes.readableBytes(), 600), StandardCharsets.UTF_8);
        if (start.startsWith("sig ")) {
            if (proxy.dropsPush(id, start.split(" ", 3)[1])) {
                bytes.release();
            } else {
                toClient(bytes);
            }
            return;
        }
        Pending pending = unanswered.poll();
        if (pending == null) {
            toClient(bytes);
            return;
        }
        RequestView request = pending.request();
        proxy.grants().answered(id, request.command(), request.key(), request.argument(), start.stripTrailing());
        if (start.equals("ok\n") && request.command().equals("listen")) {
            subscriptions++;
        } else if (request.command().equals("unlisten")) {
            subscriptions = Math.max(0, subscriptions - 1);
        }
        FaultSpec fault = pending.fault();
        if (fault == null) {
            toClient(bytes);
            sayOwnAnswers();
        } else {
            strike(fault, bytes, request);
        }
    }

    private void strike(FaultSpec fault, ByteBuf bytes, RequestView request) {
        switch (fault.kind()) {
            case DELAY_ANSWER ->
                later(fault, () -> {
                    toClient(bytes);
                    answered();
                });
            case LOSE_ANSWER -> close();
            case CUT_MID_LINE -> {
                toClient(bytes.readBytes(bytes.readableBytes() / 2));
                reset();
            }
            case SPLIT -> split(bytes, fault);
            case GARBLE -> {
                byte[] garbage = new byte[23];
                for (int i = 0; i < garbage.length; i++) {
                    garbage[i] = (byte) new SplittableRandom().nextInt(0x80, 0x100);
                }
                toClient(Unpooled.wrappedBuffer(garbage, new byte[] {'\n'}));
                answered();
            }
            case PUSH_FIRST -> {
                toClient(Unpooled.wrappedBuffer(wire(fault.text() + "\n"), bytes));
                answered();
            }
            case GRANT_FIELDS -> {
                toClient(wire(refit(bytes.toString(StandardCharsets.ISO_8859_1), fault.number(), request)));
                answered();
            }
            case HUGE_STATS -> {
                toClient(wire(
                        "ok {\"connections\":1,\"locks\":[],\"filler\":\"" + "x".repeat(fault.number()) + "\"}\n"));
                answered();
            }
            default -> throw new UnsupportedOperationException(fault.toString());
        }
    }

    private void answered() {
        sayOwnAnswers();
        goOn();
    }

    private void split(ByteBuf bytes, FaultSpec fault) {
        toClient(bytes.readBytes(1));
        if (bytes.isReadable()) {
            later(fault, () -> split(bytes, fault));
        } else {
            answered();
        }
    }

    private static String refit(String line, int fields, RequestView request) {
        String[] words = line.trim().split(" ");
        boolean renewal = request.command().equals("n") || request.command().equals("sn");
        boolean grant = words.length >= 3 && words[1].length() == 32;
        if (!grant && !(renewal && words[0].equals("ok"))) {
            return line;
        }
        int wanted = renewal ? fields - 1 : fields;
        List<String> fitted = new ArrayList<>(List.of(words));
        while (fitted.size() < wanted) {
            fitted.add("1");
        }
        return String.join(" ", fitted.subList(0, wanted)) + "\n";
    }

    /** Says the answers whose turn it is and that are not the server's. */
    private void sayOwnAnswers() {
        while (!unanswered.isEmpty() && unanswered.peek().answer() != null) {
            Pending own = unanswered.poll();
            toClient(wire(own.answer() + "\n"));
            if (own.fault() != null && own.fault().kind() == FaultSpec.Kind.ANSWER_AND_CLOSE) {
                close();
            }
        }
    }

    void say(String line) {
        toClient(wire(line + "\n"));
    }

    private static ByteBuf wire(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private void toClient(ByteBuf bytes) {
        if (stalls > 0) {
            heldBack.add(bytes);
        } else {
            client.writeAndFlush(bytes);
        }
    }

    private void later(FaultSpec fault, Runnable action) {
        client.eventLoop().schedule(action, fault.pause().toMillis(), TimeUnit.MILLISECONDS);
    }

    void close() {
        proxy.ended(this);
        if (server != null) {
            server.close();
        }
        client.close();
    }

    void reset() {
        if (client.isOpen()) {
            client.config().setSoLinger(0);
        }
        close();
    }

    ConnectionView view() {
        return new ConnectionView(id, peer, true, blocked(), requests.size(), subscriptions, requests);
    }

    /** The request that waits for a grant now. */
    @Nullable
    RequestView waiting() {
        Pending first = unanswered.peek();
        return first != null
                        && WAIT.contains(first.request().command())
                        && !first.request().argument().split(" ")[0].equals("0")
                ? first.request()
                : null;
    }

    private boolean blocked() {
        return waiting() != null;
    }

    private abstract static class Receiver extends ChannelInboundHandlerAdapter {

        abstract void received(ByteBuf data);

        abstract void gone();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            try {
                received(data);
            } finally {
                data.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            gone();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
