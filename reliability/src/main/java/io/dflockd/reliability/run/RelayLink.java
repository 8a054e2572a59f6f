package io.dflockd.reliability.run;

import io.dflockd.reliability.process.Relay;
import io.dflockd.reliability.process.ServerProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A relay to each server. */
final class RelayLink implements Link {

    private final List<Relay> relays = new ArrayList<>();

    RelayLink(List<ServerProcess> servers) throws IOException {
        for (ServerProcess server : servers) {
            relays.add(new Relay(server.port()));
        }
    }

    @Override
    public List<String> addresses() {
        return relays.stream().map(Relay::address).toList();
    }

    @Override
    public List<String> prefix() {
        return List.of();
    }

    @Override
    public Ending begin(Fault fault) {
        switch (fault) {
            case CUT -> relays.forEach(Relay::cut);
            case RESET -> relays.forEach(Relay::reset);
            case RESET_TOWARDS_SERVER -> {
                relays.forEach(Relay::resetTowardsServer);
                return () -> relays.forEach(Relay::endHalfOpen);
            }
            case FREEZE -> {
                return mode(Relay.Mode.FROZEN);
            }
            case HALF_OPEN -> {
                return mode(Relay.Mode.HALF_OPEN);
            }
            case HALF_OPEN_TOWARDS_CLIENT -> {
                return mode(Relay.Mode.HALF_OPEN_TOWARDS_CLIENT);
            }
            case SLOW -> {
                return mode(Relay.Mode.SLOW);
            }
            case SINGLE_BYTES -> {
                return mode(Relay.Mode.SINGLE_BYTES);
            }
            default -> throw new IllegalArgumentException(fault + " is not of a relay");
        }
        return Ending.NOTHING;
    }

    private Ending mode(Relay.Mode mode) {
        relays.forEach(relay -> relay.mode(mode));
        return () -> relays.forEach(relay -> relay.mode(Relay.Mode.PASS));
    }

    @Override
    public void close() throws IOException {
        for (Relay relay : relays) {
            relay.close();
        }
    }
}
