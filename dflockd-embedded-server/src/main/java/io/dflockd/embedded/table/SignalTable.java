package io.dflockd.embedded.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The subscriptions of all connections, and the delivery of one signal to them. */
public final class SignalTable {

    /** A connection that can subscribe. */
    public interface Subscriber {
        /** Takes a line for delivery; false if its buffer is full. */
        boolean offer(String channel, String line);

        /** Its buffer was full when a signal came. */
        void overrun();
    }

    /** The subscribers of one pattern and group, in the order in which they joined. A blank group is none. */
    public static final class Subscription {
        private final SubjectPattern pattern;
        private final String group;
        private final Set<Subscriber> members = new LinkedHashSet<>(2);
        private int turn;

        Subscription(SubjectPattern pattern, String group) {
            this.pattern = pattern;
            this.group = group;
        }

        public String pattern() {
            return pattern.text();
        }

        public String group() {
            return group;
        }

        public int size() {
            return members.size();
        }

        private int offerToOne(String channel, String line) {
            List<Subscriber> candidates = List.copyOf(members);
            int first = Math.floorMod(turn++, candidates.size());
            for (int i = 0; i < candidates.size(); i++) {
                if (candidates.get((first + i) % candidates.size()).offer(channel, line)) {
                    return 1;
                }
            }
            candidates.get(first).overrun();
            return 0;
        }
    }

    private record Id(String pattern, String group) {}

    private final Map<Id, Subscription> subscriptions = new LinkedHashMap<>();

    /** Subscribes; the same pattern and group once more change nothing. */
    public void listen(Subscriber subscriber, SubjectPattern pattern, String group) {
        subscriptions
                .computeIfAbsent(new Id(pattern.text(), group), id -> new Subscription(pattern, group))
                .members
                .add(subscriber);
    }

    public void unlisten(Subscriber subscriber, String pattern, String group) {
        Id id = new Id(pattern, group);
        Subscription subscription = subscriptions.get(id);
        if (subscription != null && subscription.members.remove(subscriber) && subscription.members.isEmpty()) {
            subscriptions.remove(id);
        }
    }

    /** Ends all subscriptions of a connection. */
    public void drop(Subscriber subscriber) {
        subscriptions.values().removeIf(s -> s.members.remove(subscriber) && s.members.isEmpty());
    }

    /** Hands a signal to every plain subscriber once and to one member of each group; returns how many took it. */
    public int deliver(String channel, String line) {
        if (subscriptions.isEmpty()) {
            return 0;
        }
        String[] tokens = SubjectPattern.split(channel);
        // An overrun may close a connection, which changes the table: collect the addressees first.
        List<Subscription> exact = new ArrayList<>();
        List<Subscription> wildcard = new ArrayList<>();
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.pattern.matches(tokens)) {
                (subscription.pattern.wildcard() ? wildcard : exact).add(subscription);
            }
        }
        Set<Subscriber> reached = new HashSet<>();
        return deliver(exact, channel, line, reached) + deliver(wildcard, channel, line, reached);
    }

    private static int deliver(List<Subscription> matching, String channel, String line, Set<Subscriber> reached) {
        int count = 0;
        for (Subscription subscription : matching) {
            if (!subscription.group.isEmpty()) {
                continue;
            }
            for (Subscriber subscriber : List.copyOf(subscription.members)) {
                if (!reached.add(subscriber)) {
                    continue;
                }
                if (subscriber.offer(channel, line)) {
                    count++;
                } else {
                    subscriber.overrun();
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

    /** The number of patterns and groups that a connection listens to. */
    public int subscriptionsOf(Subscriber subscriber) {
        return (int) subscriptions.values().stream()
                .filter(s -> s.members.contains(subscriber))
                .count();
    }

    public Collection<Subscription> subscriptions() {
        return Collections.unmodifiableCollection(subscriptions.values());
    }
}
