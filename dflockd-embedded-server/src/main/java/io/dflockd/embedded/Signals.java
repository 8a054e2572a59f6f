package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who listens to which pattern, alone or in a queue group, and the delivery of one signal to them. Confined to the
 * event loop.
 */
final class Signals {

    /** A connection, as far as signals are concerned. */
    interface Listener {
        /** Takes a line for delivery; false if its buffer is full. */
        boolean offer(String channel, String line);

        /** Its buffer was full when a signal came. */
        void overrun();
    }

    /** The listeners of one pattern and group; a blank group is none. In order of joining. */
    static final class Subscription {
        final SubjectPattern pattern;
        final String group;
        final List<Listener> members = new ArrayList<>();
        private int turn;

        Subscription(SubjectPattern pattern, String group) {
            this.pattern = pattern;
            this.group = group;
        }

        private int offerToOne(String channel, String line) {
            int size = members.size();
            int first = Math.floorMod(turn++, size);
            for (int i = 0; i < size; i++) {
                if (members.get((first + i) % size).offer(channel, line)) {
                    return 1;
                }
            }
            members.get(first).overrun();
            return 0;
        }
    }

    private record Id(String pattern, String group) {}

    /** Patterns without wildcards, by channel; at most one subscription per group each. */
    private final Map<String, Map<String, Subscription>> exact = new LinkedHashMap<>();

    private final Map<Id, Subscription> wildcard = new LinkedHashMap<>();
    private final Map<Listener, Set<Subscription>> byListener = new LinkedHashMap<>();

    /** Registers a listener; the same pattern and group once more change nothing. */
    void listen(Listener listener, SubjectPattern pattern, String group) {
        Subscription subscription = pattern.wildcard()
                ? wildcard.computeIfAbsent(new Id(pattern.text(), group), id -> new Subscription(pattern, group))
                : exact.computeIfAbsent(pattern.text(), t -> new LinkedHashMap<>())
                        .computeIfAbsent(group, g -> new Subscription(pattern, g));
        if (byListener.computeIfAbsent(listener, l -> new HashSet<>()).add(subscription)) {
            subscription.members.add(listener);
        }
    }

    void unlisten(Listener listener, String pattern, String group) {
        Subscription subscription = wildcard.get(new Id(pattern, group));
        if (subscription == null) {
            Map<String, Subscription> groups = exact.get(pattern);
            subscription = groups == null ? null : groups.get(group);
        }
        Set<Subscription> own = byListener.get(listener);
        if (subscription != null && own != null && own.remove(subscription)) {
            leave(listener, subscription);
            if (own.isEmpty()) {
                byListener.remove(listener);
            }
        }
    }

    void drop(Listener listener) {
        Set<Subscription> own = byListener.remove(listener);
        if (own != null) {
            own.forEach(s -> leave(listener, s));
        }
    }

    private void leave(Listener listener, Subscription subscription) {
        subscription.members.remove(listener);
        if (!subscription.members.isEmpty()) {
            return;
        }
        String text = subscription.pattern.text();
        if (subscription.pattern.wildcard()) {
            wildcard.remove(new Id(text, subscription.group));
            return;
        }
        Map<String, Subscription> groups = exact.get(text);
        if (groups != null) {
            groups.remove(subscription.group);
            if (groups.isEmpty()) {
                exact.remove(text);
            }
        }
    }

    /** Hands a signal to every plain listener once and to one member of each group; returns how many took it. */
    int deliver(String channel, String line) {
        Map<String, Subscription> direct = exact.getOrDefault(channel, Map.of());
        if (direct.isEmpty() && wildcard.isEmpty()) {
            return 0;
        }
        // An overrun may close a connection, which changes the lists: decide first who is addressed.
        List<Subscription> matching = new ArrayList<>(direct.values());
        Set<Listener> reached = new HashSet<>();
        int count = deliver(matching, channel, line, reached);
        if (!wildcard.isEmpty()) {
            String[] tokens = SubjectPattern.split(channel);
            matching = new ArrayList<>(wildcard.values());
            matching.removeIf(s -> !s.pattern.matches(tokens));
            count += deliver(matching, channel, line, reached);
        }
        return count;
    }

    private static int deliver(List<Subscription> matching, String channel, String line, Set<Listener> reached) {
        int count = 0;
        for (Subscription subscription : matching) {
            if (!subscription.group.isEmpty()) {
                continue;
            }
            for (Listener listener : List.copyOf(subscription.members)) {
                if (!reached.add(listener)) {
                    continue;
                }
                if (listener.offer(channel, line)) {
                    count++;
                } else {
                    listener.overrun();
                }
            }
        }
        for (Subscription subscription : matching) {
            if (!subscription.group.isEmpty() && !subscription.members.isEmpty()) {
                count += subscription.offerToOne(channel, line);
            }
        }
        return count;
    }

    int subscriptionsOf(Listener listener) {
        Set<Subscription> own = byListener.get(listener);
        return own == null ? 0 : own.size();
    }

    List<Subscription> subscriptions() {
        List<Subscription> all = new ArrayList<>();
        exact.values().forEach(groups -> all.addAll(groups.values()));
        all.addAll(wildcard.values());
        return all;
    }
}
