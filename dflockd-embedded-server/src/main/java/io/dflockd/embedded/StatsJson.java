package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes the line of {@code stats}, members in the order and with the escapes of the real server. */
final class StatsJson {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final LockTable table;
    private final Signals signals;
    private final Generation generation;

    StatsJson(LockTable table, Signals signals, Generation generation) {
        this.table = table;
        this.signals = signals;
        this.generation = generation;
    }

    /**
     * The JSON object.
     *
     * @param connections the number to report
     * @param padding how many bytes of invented idle locks to add
     */
    String write(int connections, int padding) {
        long now = table.now();
        List<String> locks = new ArrayList<>();
        List<String> semaphores = new ArrayList<>();
        List<String> readWrite = new ArrayList<>();
        List<String> idleLocks = new ArrayList<>();
        List<String> idleSemaphores = new ArrayList<>();
        for (Resource resource : table.resources()) {
            String start = "{\"key\":" + quote(resource.key);
            if (resource.isIdle()) {
                String entry = start + ",\"idle_s\":" + seconds(now - resource.lastActivity) + "}";
                if (!resource.isReadWrite()) {
                    (resource.limit == 1 ? idleLocks : idleSemaphores).add(entry);
                }
            } else if (resource.isReadWrite()) {
                readWrite.add(start + readWriteMembers(resource));
            } else if (resource.limit == 1) {
                locks.add(start + lockMembers(resource, now));
            } else {
                semaphores.add(start + ",\"limit\":" + resource.limit + ",\"holders\":" + resource.holders.size()
                        + ",\"waiters\":" + resource.queue.size() + "}");
            }
        }
        pad(idleLocks, padding);
        StringBuilder json = new StringBuilder(256);
        json.append("{\"connections\":").append(connections);
        member(json, "locks", locks);
        member(json, "semaphores", semaphores);
        if (generation.hasReadWriteLocks()) {
            member(json, "rw_locks", readWrite);
        }
        member(json, "idle_locks", idleLocks);
        member(json, "idle_semaphores", idleSemaphores);
        if (generation.hasSignals()) {
            List<String> channels = channels();
            json.append(",\"counters\":[],\"kv_entries\":[],\"lists\":[]");
            if (channels.isEmpty()) {
                json.append(",\"signal_channels\":null");
            } else {
                member(json, "signal_channels", channels);
            }
            json.append(",\"watch_channels\":null,\"barriers\":[]");
        }
        return json.append('}').toString();
    }

    private String lockMembers(Resource resource, long now) {
        long owner = 0;
        long fence = 0;
        String left = "0";
        for (Holder holder : resource.holders) {
            owner = holder.session.id;
            fence = holder.fence;
            left = seconds(Math.max(0, holder.expiresAt - now));
        }
        return ",\"owner_conn_id\":" + owner + ",\"lease_expires_in_s\":" + left + ",\"waiters\":"
                + resource.queue.size() + fenceMember(fence) + "}";
    }

    private static String readWriteMembers(Resource resource) {
        long readers = 0;
        boolean writer = false;
        long fence = 0;
        for (Holder holder : resource.holders) {
            readers += holder.mode == Mode.READ ? 1 : 0;
            writer |= holder.mode == Mode.WRITE;
            fence = Math.max(fence, holder.fence);
        }
        return ",\"readers\":" + readers + ",\"writer\":" + writer + (fence == 0 ? "" : ",\"fence\":" + fence)
                + ",\"waiters\":" + resource.queue.size() + "}";
    }

    private String fenceMember(long fence) {
        return generation.hasFences() && fence != 0 ? ",\"fence\":" + fence : "";
    }

    private List<String> channels() {
        List<String> channels = new ArrayList<>();
        for (Signals.Subscription subscription : signals.subscriptions()) {
            channels.add("{\"pattern\":" + quote(subscription.pattern.text())
                    + (subscription.group.isEmpty() ? "" : ",\"group\":" + quote(subscription.group))
                    + ",\"listeners\":" + subscription.members.size() + "}");
        }
        return channels;
    }

    private static void pad(List<String> idleLocks, int padding) {
        String filler = "p".repeat(200);
        int size = 0;
        for (int i = 0; size < padding; i++) {
            String entry = "{\"key\":\"" + filler + i + "\",\"idle_s\":0}";
            idleLocks.add(entry);
            size += entry.length() + 1;
        }
    }

    private static void member(StringBuilder json, String name, List<String> entries) {
        json.append(",\"").append(name).append("\":[");
        for (int i = 0; i < entries.size(); i++) {
            json.append(i == 0 ? "" : ",").append(entries.get(i));
        }
        json.append(']');
    }

    private static String seconds(long nanos) {
        String fraction =
                Long.toString(NANOS_PER_SECOND + nanos % NANOS_PER_SECOND).substring(1);
        return nanos / NANOS_PER_SECOND + "." + fraction;
    }

    /** Quotes wire text; what is not UTF-8 becomes U+FFFD, one per byte, and HTML's special characters are escaped. */
    static String quote(String wire) {
        StringBuilder json = new StringBuilder(wire.length() + 2).append('"');
        int i = 0;
        while (i < wire.length()) {
            char c = wire.charAt(i);
            int size = c < 0x80 ? 1 : Utf8.sizeAt(wire, i);
            if (size == 0) {
                json.append("\\ufffd");
                i++;
            } else if (size == 1) {
                escape(json, c);
                i++;
            } else {
                String rune = wire.substring(i, i + size);
                // U+2028 and U+2029
                boolean separator = rune.equals("\u00e2\u0080\u00a8") || rune.equals("\u00e2\u0080\u00a9");
                json.append(separator ? (rune.charAt(2) == 0xa8 ? "\\u2028" : "\\u2029") : rune);
                i += size;
            }
        }
        return json.append('"').toString();
    }

    private static void escape(StringBuilder json, char c) {
        switch (c) {
            case '"' -> json.append("\\\"");
            case '\\' -> json.append("\\\\");
            case '\b' -> json.append("\\b");
            case '\f' -> json.append("\\f");
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            case '<', '>', '&' -> hex(json, c);
            default -> {
                if (c < 0x20) {
                    hex(json, c);
                } else {
                    json.append(c);
                }
            }
        }
    }

    private static void hex(StringBuilder json, char c) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
}
