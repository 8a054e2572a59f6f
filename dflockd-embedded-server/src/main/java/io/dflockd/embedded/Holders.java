package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The holders of one resource by token, in the order of their grants. Confined to the event loop. */
final class Holders implements Iterable<Holder> {

    /** Up to this many, as in every lock, comparing tokens is cheaper than hashing them. */
    private static final int FEW = 8;

    private final List<Holder> few = new ArrayList<>(1);
    private @Nullable Map<String, Holder> many;

    @Nullable
    Holder get(String token) {
        if (many != null) {
            return many.get(token);
        }
        for (int i = 0; i < few.size(); i++) {
            Holder holder = few.get(i);
            if (holder.token.equals(token)) {
                return holder;
            }
        }
        return null;
    }

    void add(Holder holder) {
        if (many == null && few.size() == FEW) {
            Map<String, Holder> all = new LinkedHashMap<>();
            few.forEach(h -> all.put(h.token, h));
            few.clear();
            many = all;
        }
        if (many != null) {
            many.put(holder.token, holder);
        } else {
            few.add(holder);
        }
    }

    void remove(Holder holder) {
        if (many == null) {
            few.remove(holder);
            return;
        }
        many.remove(holder.token);
        if (many.isEmpty()) {
            many = null;
        }
    }

    int size() {
        return many == null ? few.size() : many.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** The holder that was granted first; there must be one. */
    Holder first() {
        return many == null ? few.get(0) : iterator().next();
    }

    @Override
    public Iterator<Holder> iterator() {
        return many == null
                ? few.iterator()
                : Collections.unmodifiableCollection(many.values()).iterator();
    }
}
