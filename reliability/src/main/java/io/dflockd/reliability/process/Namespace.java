package io.dflockd.reliability.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A network namespace of Linux. It ends with {@link #close}. */
public final class Namespace implements AutoCloseable {

    private final String name;

    private final Thread hook = new Thread(this::delete);

    /** Creates it, with its loopback interface up. */
    public Namespace(String name) throws IOException, InterruptedException {
        this.name = name;
        Processes.run("ip", "netns", "add", name);
        Runtime.getRuntime().addShutdownHook(hook);
        Processes.run("ip", "-n", name, "link", "set", "lo", "up");
    }

    /** Why there are none here; empty if there are. */
    public static Optional<String> obstacle() throws InterruptedException {
        try (Namespace near = new Namespace("dflockd-" + ProcessHandle.current().pid());
                Namespace far =
                        new Namespace("dflockd-" + ProcessHandle.current().pid() + "-far")) {
            near.command("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", far.name);
            near.command("tc", "qdisc", "replace", "dev", "v0", "root", "pfifo", "limit", "0");
            return Optional.empty();
        } catch (IOException ex) {
            return Optional.of(String.valueOf(ex.getMessage()));
        }
    }

    String name() {
        return name;
    }

    /** The words before a command that is to run inside. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    void command(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix());
        command.addAll(List.of(words));
        Processes.run(command.toArray(String[]::new));
    }

    private void delete() {
        try {
            Processes.run("ip", "netns", "del", name);
        } catch (IOException ex) {
            // It is gone.
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ex) {
            // The process ends, and the hook finds nothing.
        }
    }
}
