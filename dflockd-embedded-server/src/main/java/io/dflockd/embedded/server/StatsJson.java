package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.HoldMode;
import io.dflockd.embedded.table.Holder;
import io.dflockd.embedded.table.LockTable;
import io.dflockd.embedded.table.Resource;
import io.dflockd.embedded.table.SignalTable;
import io.dflockd.embedded.table.Trait;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Writes the JSON of {@code stats}, with the order and the escapes of the real server. */
final class StatsJson {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final LockTable table;
    private final SignalTable signals;
    private final Dialect dialect;

    StatsJson(LockTable table, SignalTable signals, Dialect dialect) {
        this.table = table;
        this.signals = signals;
        this.dialect = dialect;
    }

    /** The JSON object, with at least {@code padding} bytes of invented idle locks. */
    String write(int connections, int padding) {
        long now = table.now();
        List<String> locks = new ArrayList<>();
        List<String> semaphores = new ArrayList<>();
        List<String> readWrite = new ArrayList<>();
        List<String> idleLocks = new ArrayList<>();
        List<String> idleSemaphores = new ArrayList<>();
        for (Resource resource : table.resources()) {
            String start = "{\"key\":" + quote(resource.key());
            if (resource.isIdle()) {
                String entry = start + ",\"idle_s\":" + seconds(resource.idleNanos(now)) + "}";
                if (!resource.isReadWrite()) {
                    (resource.limit() == 1 ? idleLocks : idleSemaphores).add(entry);
                }
            } else if (resource.isReadWrite()) {
                readWrite.add(start + readWriteMembers(resource));
            } else if (resource.limit() == 1) {
                locks.add(start + lockMembers(resource, now));
            } else {
                semaphores.add(start + ",\"limit\":" + resource.limit() + ",\"holders\":"
                        + resource.holders().size() + ",\"waiters\":"
                        + resource.waiters().size() + "}");
            }
        }
        pad(idleLocks, padding);
        StringBuilder json = new StringBuilder(256);
        json.append("{\"connections\":").append(connections);
        member(json, "locks", locks);
        member(json, "semaphores", semaphores);
        if (dialect.has(Trait.READ_WRITE_LOCKS)) {
            member(json, "rw_locks", readWrite);
        }
        member(json, "idle_locks", idleLocks);
        member(json, "idle_semaphores", idleSemaphores);
        if (dialect.has(Trait.SIGNALS)) {
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
        for (Holder holder : resource.holders()) {
            owner = holder.connectionId();
            fence = holder.fence();
            left = seconds(Math.max(0, holder.remainingNanos(now)));
        }
        return ",\"owner_conn_id\":" + owner + ",\"lease_expires_in_s\":" + left + ",\"waiters\":"
                + resource.waiters().size() + fenceMember(fence) + "}";
    }

    private static String readWriteMembers(Resource resource) {
        long readers = 0;
        boolean writer = false;
        long fence = 0;
        for (Holder holder : resource.holders()) {
            readers += holder.mode() == HoldMode.READ ? 1 : 0;
            writer |= holder.mode() == HoldMode.WRITE;
            fence = Math.max(fence, holder.fence());
        }
        return ",\"readers\":" + readers + ",\"writer\":" + writer + (fence == 0 ? "" : ",\"fence\":" + fence)
                + ",\"waiters\":" + resource.waiters().size() + "}";
    }

    private String fenceMember(long fence) {
        return dialect.fences() == Dialect.Fences.FIELD && fence != 0 ? ",\"fence\":" + fence : "";
    }

    private List<String> channels() {
        List<String> channels = new ArrayList<>();
        for (SignalTable.Subscription subscription : signals.subscriptions()) {
            channels.add("{\"pattern\":" + quote(subscription.pattern())
                    + (subscription.group().isEmpty() ? "" : ",\"group\":" + quote(subscription.group()))
                    + ",\"listeners\":" + subscription.size() + "}");
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

    /** Quotes and escapes as the JSON encoder of Go does. */
    private static String quote(String wire) {
        StringBuilder json = new StringBuilder(wire.length() + 2).append('"');
        for (char c : decode(wire).toCharArray()) {
            int escape = "\b\f\n\r\t\"\\".indexOf(c);
            if (escape >= 0) {
                json.append('\\').append("bfnrt\"\\".charAt(escape));
            } else if (c < 0x20 || "<>&\u2028\u2029\ufffd".indexOf(c) >= 0) {
                json.append("\\u").append(HexFormat.of().toHexDigits(c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    /** Decodes UTF-8, with one U+FFFD for each byte that is not UTF-8. */
    private static String decode(String wire) {
        ByteBuffer in = ByteBuffer.wrap(wire.getBytes(StandardCharsets.ISO_8859_1));
        CharBuffer out = CharBuffer.allocate(in.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        for (CoderResult r = decoder.decode(in, out, true); r.isMalformed(); r = decoder.decode(in, out, true)) {
            in.position(in.position() + r.length());
            out.put("\ufffd".repeat(r.length()));
        }
        return out.flip().toString();
    }
}
