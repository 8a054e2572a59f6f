package io.dflockd.reliability.process;

import java.io.IOException;
import java.util.List;

/**
 * The path of one worker to the servers of the current network namespace: a pair of virtual network interfaces, one of which is
 * in a namespace of the worker. Either end can drop all packets that it should send.
 */
public final class Cable implements AutoCloseable {

    private static final String INSIDE = "v0";

    private final String outside;

    private final Namespace namespace;

    private final String serverAddress;

    /** The number is unique among the cables of this process; addresses contain it. */
    public Cable(int number) throws IOException, InterruptedException {
        String network = "10.209." + number % 256 + ".";
        this.outside = "v" + number;
        this.serverAddress = network + 1;
        this.namespace = new Namespace("dflockd-" + ProcessHandle.current().pid() + "-" + number);
        Processes.run("ip", "link", "add", outside, "type", "veth", "peer", "name", INSIDE, "netns", namespace.name());
        Processes.run("ip", "addr", "add", serverAddress + "/30", "dev", outside);
        Processes.run("ip", "link", "set", outside, "up");
        namespace.command("ip", "addr", "add", network + "2/30", "dev", INSIDE);
        linkUp();
    }

    /** The servers' side of it. */
    public String serverAddress() {
        return serverAddress;
    }

    /** The words before the command of the worker. */
    public List<String> prefix() {
        return namespace.prefix();
    }

    /** The worker's packets are dropped. */
    public void dropTowardsServer() throws IOException, InterruptedException {
        namespace.command("tc", "qdisc", "replace", "dev", INSIDE, "root", "pfifo", "limit", "0");
    }

    /** The packets for the worker are dropped. */
    public void dropTowardsClient() throws IOException, InterruptedException {
        Processes.run("tc", "qdisc", "replace", "dev", outside, "root", "pfifo", "limit", "0");
    }

    /** Nothing is dropped any more. */
    public void pass() throws IOException, InterruptedException {
        namespace.command("tc", "qdisc", "replace", "dev", INSIDE, "root", "pfifo");
        Processes.run("tc", "qdisc", "replace", "dev", outside, "root", "pfifo");
    }

    /** The worker has no network any more, and is told so. */
    public void linkDown() throws IOException, InterruptedException {
        namespace.command("ip", "link", "set", INSIDE, "down");
    }

    /** The worker has its network again. */
    public void linkUp() throws IOException, InterruptedException {
        namespace.command("ip", "link", "set", INSIDE, "up");
    }

    /** Its processes must have ended before. */
    @Override
    public void close() {
        namespace.close();
    }
}
