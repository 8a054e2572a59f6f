package io.dflockd.sample.console;

import io.dflockd.sample.console.KeyRow.Holder;
import io.dflockd.sample.console.Snapshot.InstanceView;
import io.dflockd.sample.console.Snapshot.ServerView;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The rows of the page, the same ones for the first answer and for the stream. */
@Component
class ConsoleRows {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final ConsoleProperties properties;

    ConsoleRows(ConsoleProperties properties) {
        this.properties = properties;
    }

    /** The content of all tables. */
    record Tables(
            String name,
            String keyCount,
            List<TableRow> instances,
            List<TableRow> servers,
            List<TableRow> keys,
            List<TableRow> handles) {}

    /** An item of the event log. */
    record Item(String id, String style, String html) {}

    Tables of(Snapshot snapshot, String filter) {
        Snapshot.View view = snapshot.view(filter, properties.rows());
        return new Tables(
                view.instance().name(), view.keyCount(), instances(view), servers(view), keys(view), handles(view));
    }

    Item of(LogEntry entry) {
        return new Item(
                entry.number() + "-" + entry.time().toEpochMilli(),
                entry.kind().name().toLowerCase(Locale.ROOT),
                "<time>" + TIME.format(entry.time()) + "</time> "
                        + Html.span("kind", entry.kind().name().toLowerCase(Locale.ROOT)) + " <code>"
                        + Html.text(entry.subject()) + "</code> " + Html.text(entry.text()));
    }

    private static List<TableRow> instances(Snapshot.View view) {
        List<InstanceView> all = new ArrayList<>(List.of(view.instance()));
        all.addAll(view.others());
        return all.stream()
                .map(each -> TableRow.of(
                        each.id(),
                        each.self() ? "own" : "",
                        instance(each),
                        each.server() ? "has the server in its JVM: it ends with it" : "",
                        each.kill() ? kill(each.name(), each.id()) : ""))
                .toList();
    }

    /** Where this page was loaded from is known to the browser only. A script replaces the host. */
    private static String instance(InstanceView instance) {
        return instance.self()
                ? Html.text(instance.name()) + " (this page)"
                : "<a data-port=\"" + instance.port() + "\" href=\"http://localhost:" + instance.port() + "/\">"
                        + Html.text(instance.name()) + "</a>";
    }

    private static List<TableRow> servers(Snapshot.View view) {
        return view.servers().stream().map(ConsoleRows::server).toList();
    }

    private static TableRow server(ServerView server) {
        String problem = server.problem();
        return problem != null
                ? TableRow.of(
                        server.address(),
                        "down",
                        Html.text(server.address()),
                        Html.span("state", "DOWN") + " " + Html.text(problem))
                : TableRow.of(
                        server.address(),
                        "up",
                        Html.text(server.address()),
                        Html.span("state", "UP"),
                        String.format(Locale.ROOT, "%.1f ms", server.roundTripMicros() / 1000.0),
                        Html.text(server.connections()),
                        Html.text(server.keys() + " in use, " + server.idle() + " idle"));
    }

    private static List<TableRow> keys(Snapshot.View view) {
        if (view.keys().isEmpty()) {
            return TableRow.none("no keys");
        }
        return view.keys().stream()
                .map(row -> TableRow.of(
                        row.kind() + " " + row.key(),
                        row.own() ? "own" : "",
                        "<code>" + Html.text(row.key()) + "</code>" + permits(row),
                        row.holders().stream().map(ConsoleRows::holder).collect(Collectors.joining(" ")),
                        queue(row.queue()),
                        lease(row),
                        queueButton(row)))
                .toList();
    }

    private static String permits(KeyRow row) {
        return row.kind().equals("lock") ? "" : " " + Html.span("kind", row.limit() + " permits");
    }

    private static String holder(Holder holder) {
        String name = Html.span("holder", holder.name());
        String instance = holder.instance();
        return instance == null ? name : name + " " + kill(holder.name(), instance);
    }

    private static String queue(List<String> names) {
        return names.isEmpty()
                ? "nobody"
                : names.stream()
                        .map(name -> "<li>" + Html.text(name) + "</li>")
                        .collect(Collectors.joining("", "<ol>", "</ol>"));
    }

    private static String lease(KeyRow row) {
        Long left = row.leaseMillis();
        return left == null ? "" : Html.text(Texts.seconds(left));
    }

    private static String queueButton(KeyRow row) {
        return Html.button("queue", "Queue", "for " + row.key(), "key", row.key(), "limit", row.limit());
    }

    private static String kill(String name, String id) {
        return Html.button("kill", "Kill", name, "instance", id);
    }

    private static List<TableRow> handles(Snapshot.View view) {
        if (view.handles().isEmpty()) {
            return TableRow.none("this instance holds nothing and waits for nothing");
        }
        Map<String, Integer> slots = new HashMap<>();
        return view.handles().stream()
                .map(row -> TableRow.of(
                        id(row, slots),
                        row.state().toLowerCase(Locale.ROOT),
                        "<code>" + Html.text(row.key()) + "</code> " + Html.span("kind", row.kind()),
                        Html.span("state", row.state()) + " " + Html.text(row.detail()),
                        Html.text(Texts.seconds(row.ageMillis())),
                        remaining(row),
                        row.state().equals("HELD") ? Html.text(row.renewals()) : "",
                        action(row)))
                .toList();
    }

    /** Other code may hold several slots of one semaphore. */
    private static String id(HandleRow row, Map<String, Integer> slots) {
        String id = row.id() == null ? row.kind() + " " + row.key() : row.id().toString();
        return id + " " + slots.merge(id, 1, Integer::sum);
    }

    private static String remaining(HandleRow row) {
        if (row.remainingMillis() == 0) {
            return "";
        }
        String text = Html.text(Texts.seconds(row.remainingMillis()));
        return row.leaseMillis() == 0 ? text : Html.bar(row.remainingMillis(), row.leaseMillis()) + " " + text;
    }

    private static String action(HandleRow row) {
        String action = row.action();
        return action == null || row.id() == null
                ? ""
                : Html.button(action, action.equals("release") ? "Release" : "Withdraw", row.key(), "id", row.id());
    }
}
