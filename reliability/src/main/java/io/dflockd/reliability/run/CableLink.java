package io.dflockd.reliability.run;

import io.dflockd.reliability.process.Cable;
import io.dflockd.reliability.process.ServerProcess;
import java.io.IOException;
import java.util.List;

/** A cable to a network namespace of the worker. */
final class CableLink implements Link {

    private final Cable cable;

    private final List<String> addresses;

    CableLink(int number, List<ServerProcess> servers) throws IOException, InterruptedException {
        this.cable = new Cable(number);
        this.addresses = servers.stream()
                .map(server -> cable.serverAddress() + ":" + server.port())
                .toList();
    }

    @Override
    public List<String> addresses() {
        return addresses;
    }

    @Override
    public List<String> prefix() {
        return cable.prefix();
    }

    @Override
    public Ending begin(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case PACKETS_LOST -> {
                cable.dropTowardsServer();
                cable.dropTowardsClient();
            }
            case PACKETS_LOST_TOWARDS_SERVER -> cable.dropTowardsServer();
            case PACKETS_LOST_TOWARDS_CLIENT -> cable.dropTowardsClient();
            case LINK_DOWN -> {
                cable.linkDown();
                return cable::linkUp;
            }
            default -> throw new IllegalArgumentException(fault + " is not of a cable");
        }
        return cable::pass;
    }

    @Override
    public void close() {
        cable.close();
    }
}
