package io.dflockd.sample.console;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/** The front page: a template, and the rows in the places that it names. */
@Component
class ConsolePage {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-zA-Z]+)}}");

    private final ConsoleRows rows;

    private final String template;

    ConsolePage(ConsoleRows rows) throws IOException {
        this.rows = rows;
        try (InputStream in = new ClassPathResource("console/page.html").getInputStream()) {
            template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    String render(Snapshot snapshot, List<LogEntry> entries, String filter) {
        ConsoleRows.Tables tables = rows.of(snapshot, filter);
        Map<String, String> values = Map.of(
                "name", Html.text(tables.name()),
                "filter", Html.text(filter),
                "filterQuery", UriUtils.encode(filter, StandardCharsets.UTF_8),
                "keyCount", Html.text(tables.keyCount()),
                "instances", table(tables.instances(), "Instance", "Note", "Action"),
                "servers", table(tables.servers(), "Server", "Health", "Round trip", "Connections", "Keys"),
                "keys", table(tables.keys(), "Key", "Held by", "Queue", "Lease left", "Action"),
                "handles", table(tables.handles(), "Key", "State", "For", "Lease left", "Renewals", "Action"),
                "events", entries.stream().map(rows::of).map(ConsolePage::item).collect(Collectors.joining("\n")));
        // In one pass: a value may look like a place.
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
    }

    private static String table(List<TableRow> rows, String... columns) {
        StringBuilder html = new StringBuilder("<thead><tr>");
        for (String column : columns) {
            html.append("<th scope=\"col\">").append(Html.text(column)).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        rows.forEach(row -> html.append(row(row, columns)).append('\n'));
        return html.append("</tbody>").toString();
    }

    private static String row(TableRow row, String[] columns) {
        StringBuilder html = new StringBuilder("<tr data-id=\"")
                .append(Html.text(row.id()))
                .append("\" class=\"")
                .append(Html.text(row.style()))
                .append("\">");
        int count = row.cells().size();
        for (int i = 0; i < count; i++) {
            html.append(i == 0 ? "<th scope=\"row\"" : "<td")
                    .append(" data-label=\"")
                    .append(Html.text(columns[i]))
                    .append('"');
            if (i == count - 1 && count < columns.length) {
                html.append(" colspan=\"").append(columns.length - i).append('"');
            }
            html.append('>').append(row.cells().get(i)).append(i == 0 ? "</th>" : "</td>");
        }
        return html.append("</tr>").toString();
    }

    private static String item(ConsoleRows.Item item) {
        return "<li data-id=\"" + Html.text(item.id()) + "\" class=\"" + Html.text(item.style()) + "\">" + item.html()
                + "</li>";
    }
}
