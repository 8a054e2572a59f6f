package io.dflockd.sample.console;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The handles of this instance: those of the console, then those of other code. */
@Component
class Handles {

    private record Id(String kind, String key) {}

    private final ConsoleLocks locks;

    private final DflockdClient client;

    private final Renewals renewals;

    Handles(ConsoleLocks locks, DflockdClient client, Renewals renewals) {
        this.locks = locks;
        this.client = client;
        this.renewals = renewals;
    }

    List<HandleRow> rows() {
        List<HandleRow> rows = new ArrayList<>();
        List<Id> known = new ArrayList<>();
        for (Hold hold : locks.all()) {
            rows.add(row(hold));
            if (!hold.isOver()) {
                known.add(new Id(
                        OwnState.name(hold.wanted().kind()), hold.wanted().key()));
            }
        }
        ClientSnapshot snapshot = client.snapshot();
        for (ClientSnapshot.Held held : snapshot.held()) {
            if (!known.remove(new Id(OwnState.name(held.kind()), held.key()))) {
                rows.add(row(held));
            }
        }
        for (ClientSnapshot.Waiting waiting : snapshot.waiting()) {
            if (!known.remove(new Id(OwnState.name(waiting.kind()), waiting.key()))) {
                rows.add(row(waiting));
            }
        }
        return rows;
    }

    private HandleRow row(Hold hold) {
        Wanted wanted = hold.wanted();
        return new HandleRow(
                hold.id(),
                wanted.key(),
                OwnState.name(wanted.kind()),
                hold.state(),
                hold.detail(),
                hold.age().toMillis(),
                wanted.lease() * 1000L,
                hold.remainingLease().toMillis(),
                hold.isHeld() ? renewals.of(wanted.key()) : 0,
                action(hold));
    }

    private static @Nullable String action(Hold hold) {
        if (hold.isOver()) {
            return null;
        }
        return hold.isWaiting() ? "withdraw" : "release";
    }

    private HandleRow row(ClientSnapshot.Held held) {
        return new HandleRow(
                null,
                held.key(),
                OwnState.name(held.kind()),
                held.state().name(),
                "",
                held.age().toMillis(),
                0,
                held.remainingLease().toMillis(),
                renewals.of(held.key()),
                null);
    }

    private static HandleRow row(ClientSnapshot.Waiting waiting) {
        return new HandleRow(
                null,
                waiting.key(),
                OwnState.name(waiting.kind()),
                "WAITING",
                "",
                waiting.waited().toMillis(),
                0,
                0,
                0,
                null);
    }
}
