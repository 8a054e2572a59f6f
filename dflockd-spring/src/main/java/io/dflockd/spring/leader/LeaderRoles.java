package io.dflockd.spring.leader;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.Leadership;
import io.dflockd.client.RevocationReason;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationEventPublisherAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.ContextStartedEvent;
import org.springframework.util.ClassUtils;

/**
 * The leader elections of an application. Starts a {@link LeaderElection} for each of its roles and publishes a
 * {@link LeadershipGrantedEvent} and a {@link LeadershipRevokedEvent} for each leadership; where Spring Integration is on the class path,
 * also its {@code OnGrantedEvent} and {@code OnRevokedEvent}. Thread-safe.
 *
 * <p>A bean of this type starts its elections when everything else in the application has been started, whatever its phase. Its phase
 * says when a stop gives the leaderships up: by default after listener containers, and before web servers, schedulers and executors. A
 * stop waits for the listeners of the events.
 */
public final class LeaderRoles
        implements SmartLifecycle,
                ApplicationListener<ApplicationContextEvent>,
                ApplicationContextAware,
                ApplicationEventPublisherAware {

    /** The default phase of the stop, between listener containers and web servers. */
    public static final int DEFAULT_PHASE = Integer.MAX_VALUE - 1000;

    private static final boolean INTEGRATION_PRESENT = ClassUtils.isPresent(
            "org.springframework.integration.leader.event.OnGrantedEvent", LeaderRoles.class.getClassLoader());

    private final DflockdClient client;

    private final Set<String> roles;

    private final @Nullable Duration lease;

    private final @Nullable Duration revokeTimeout;

    private final boolean autoStartup;

    private final int phase;

    private @Nullable ApplicationContext context;

    /** Whether everything in the context has been started once. Guarded by {@code this}. */
    private boolean contextStarted;

    /** Whether {@link #start()} was called before that. */
    private volatile boolean startsWithContext;

    private volatile ApplicationEventPublisher events = event -> {};

    /** From a start to a stop. Written under {@code this}. */
    private volatile @Nullable Run run;

    /**
     * Completed when the elections of all runs before have ended: a client has one election for each role. Written under
     * {@code this}.
     */
    private volatile CompletableFuture<Void> ended = CompletableFuture.completedFuture(null);

    private LeaderRoles(Builder builder) {
        this.client = builder.client;
        this.roles = Set.copyOf(builder.roles);
        this.lease = builder.lease;
        this.revokeTimeout = builder.revokeTimeout;
        this.autoStartup = builder.autoStartup;
        this.phase = builder.phase;
        for (String role : roles) {
            settings(role);
        }
    }

    /**
     * Returns a builder without roles.
     *
     * @param client the client whose locks decide
     * @return the builder
     */
    public static Builder builder(DflockdClient client) {
        return new Builder(client);
    }

    @Override
    public void setApplicationContext(ApplicationContext context) {
        this.context = context;
    }

    @Override
    public void setApplicationEventPublisher(ApplicationEventPublisher publisher) {
        this.events = publisher;
    }

    /**
     * The roles.
     *
     * @return all of them, started or not
     */
    public Set<String> roles() {
        return roles;
    }

    /**
     * Whether this application is the leader of a role. No I/O.
     *
     * @param role one of the roles
     * @return false also while this is not running
     * @throws IllegalArgumentException if it is another role
     */
    public boolean isLeader(String role) {
        LeaderElection election = electionOrNull(role);
        return election != null && election.isLeader();
    }

    /**
     * The current leadership of this application for a role. No I/O.
     *
     * @param role one of the roles
     * @return empty while it is not the leader
     * @throws IllegalArgumentException if it is another role
     */
    public Optional<Leadership> leadership(String role) {
        return election(role).flatMap(LeaderElection::leadership);
    }

    /**
     * The election for a role.
     *
     * @param role one of the roles
     * @return empty while this is not running
     * @throws IllegalArgumentException if it is another role
     */
    public Optional<LeaderElection> election(String role) {
        return Optional.ofNullable(electionOrNull(role));
    }

    private @Nullable LeaderElection electionOrNull(String role) {
        if (!roles.contains(role)) {
            throw new IllegalArgumentException("role '" + role + "' has no election; " + describe(roles));
        }
        Run current = run;
        return current == null ? null : current.elections.getNow(Map.of()).get(role);
    }

    /** Which roles have an election, as the end of a sentence. */
    static String describe(Collection<String> roles) {
        return roles.isEmpty() ? "no role is configured" : "there are " + roles;
    }

    private LeaderElectionBuilder settings(String role) {
        LeaderElectionBuilder settings = client.leaderElection(role);
        settings = lease == null ? settings : settings.withLease(lease);
        return revokeTimeout == null ? settings : settings.withRevokeTimeout(revokeTimeout);
    }

    // --- lifecycle

    /**
     * Starts the elections, while the application starts as its last step. Waits, in bounded time, for the end of elections that
     * a stop before has not ended yet.
     */
    @Override
    public void start() {
        synchronized (this) {
            startsWithContext = !contextStarted && isStarting(context);
            if (startsWithContext) {
                return;
            }
        }
        startElections();
    }

    private static boolean isStarting(@Nullable ApplicationContext context) {
        return context instanceof Lifecycle lifecycle && !lifecycle.isRunning();
    }

    /** By phases alone, what starts last would also stop first. */
    @Override
    public void onApplicationEvent(ApplicationContextEvent event) {
        if (event.getApplicationContext() != context
                || !(event instanceof ContextRefreshedEvent || event instanceof ContextStartedEvent)) {
            return;
        }
        boolean starts;
        synchronized (this) {
            contextStarted = true;
            starts = startsWithContext;
            startsWithContext = false;
        }
        if (starts) {
            startElections();
        }
    }

    private void startElections() {
        Run next = new Run();
        Run current;
        while ((current = currentOr(next)) == null) {
            ended.join();
        }
        if (current == next) {
            next.start();
        }
    }

    /** The run of now; the next one if there is none, or null while the last one still ends. */
    private synchronized @Nullable Run currentOr(Run next) {
        if (run == null && ended.isDone()) {
            run = next;
        }
        return run;
    }

    private final class Run {

        /** Completed when all have been started; empty if one could not be. Callbacks wait for it: their events show the roles. */
        final CompletableFuture<Map<String, LeaderElection>> elections = new CompletableFuture<>();

        /** Without a lock held: the client asks its sharding strategy, which is code of the application. */
        void start() {
            Map<String, LeaderElection> started = new LinkedHashMap<>();
            try {
                for (String role : roles) {
                    started.put(role, start(role));
                }
            } catch (Throwable ex) {
                fail(started.values());
                throw ex;
            }
            elections.complete(Map.copyOf(started));
        }

        private LeaderElection start(String role) {
            return settings(role)
                    .onGranted(leadership -> granted(elections.join().get(role), leadership))
                    .onRevoked((leadership, reason) -> revoked(elections.join().get(role), leadership, reason))
                    .start();
        }

        private void fail(Collection<LeaderElection> started) {
            CompletableFuture<Void> closed = closeAll(started);
            synchronized (LeaderRoles.this) {
                if (run == this) {
                    run = null;
                }
                ended = CompletableFuture.allOf(ended, closed);
            }
            elections.complete(Map.of());
        }

        CompletableFuture<Void> closeAsync() {
            return elections.thenCompose(all -> closeAll(all.values()));
        }

        void awaitClosed() {
            elections.join().values().forEach(LeaderElection::close);
        }
    }

    private void granted(@Nullable LeaderElection election, Leadership leadership) {
        if (election == null) {
            // Another role could not be started, so this one has ended as well.
            return;
        }
        events.publishEvent(new LeadershipGrantedEvent(this, leadership));
        if (INTEGRATION_PRESENT) {
            IntegrationEvents.granted(events, this, election, leadership);
        }
    }

    private void revoked(@Nullable LeaderElection election, Leadership leadership, RevocationReason reason) {
        if (election == null) {
            return;
        }
        try {
            events.publishEvent(new LeadershipRevokedEvent(this, leadership, reason));
        } finally {
            if (INTEGRATION_PRESENT) {
                IntegrationEvents.revoked(events, this, election, leadership);
            }
        }
    }

    /** Waits, in bounded time, until all leaderships have been given up; they are given up at the same time. */
    @Override
    public void stop() {
        Run stopped = beginStop();
        if (stopped != null) {
            stopped.awaitClosed();
        }
    }

    @Override
    public void stop(Runnable callback) {
        beginStop();
        ended.whenComplete((nothing, failure) -> callback.run());
    }

    /** Begins to end the elections; returns the run that ends. */
    private @Nullable Run beginStop() {
        CompletableFuture<Void> ending = new CompletableFuture<>();
        Run stopped;
        synchronized (this) {
            startsWithContext = false;
            stopped = run;
            if (stopped == null) {
                return null;
            }
            run = null;
            ended = ending;
        }
        stopped.closeAsync().whenComplete((nothing, failure) -> ending.complete(null));
        return stopped;
    }

    private static CompletableFuture<Void> closeAll(Collection<LeaderElection> elections) {
        return CompletableFuture.allOf(
                        elections.stream().map(LeaderElection::closeAsync).toArray(CompletableFuture<?>[]::new))
                .exceptionally(failure -> null);
    }

    @Override
    public boolean isRunning() {
        return run != null || startsWithContext;
    }

    @Override
    public boolean isAutoStartup() {
        return autoStartup;
    }

    @Override
    public int getPhase() {
        return phase;
    }

    @Override
    public String toString() {
        return "LeaderRoles" + roles;
    }

    /** Builds {@link LeaderRoles}. Not thread-safe. */
    public static final class Builder {

        private final DflockdClient client;

        private final Set<String> roles = new LinkedHashSet<>();

        private @Nullable Duration lease;

        private @Nullable Duration revokeTimeout;

        private boolean autoStartup = true;

        private int phase = DEFAULT_PHASE;

        private Builder(DflockdClient client) {
            this.client = client;
        }

        /**
         * Adds roles.
         *
         * @param names the names of the roles
         * @return this
         * @throws InvalidArgumentException if a role is given twice
         */
        public Builder roles(Collection<String> names) {
            for (String name : names) {
                if (!roles.add(name)) {
                    throw new InvalidArgumentException("role '" + name + "' is given twice");
                }
            }
            return this;
        }

        /**
         * Sets the lease of the elections.
         *
         * @param value null for that of the client
         * @return this
         * @see LeaderElectionBuilder#withLease
         */
        public Builder lease(@Nullable Duration value) {
            this.lease = value;
            return this;
        }

        /**
         * Sets for how long a leadership that is given up is held while listeners run.
         *
         * @param value null for the default of 5 s
         * @return this
         * @see LeaderElectionBuilder#withRevokeTimeout
         */
        public Builder revokeTimeout(@Nullable Duration value) {
            this.revokeTimeout = value;
            return this;
        }

        /**
         * Sets whether the elections start with the application.
         *
         * @param value false if {@link LeaderRoles#start()} will be called, for example after a cache has been filled
         * @return this
         */
        public Builder autoStartup(boolean value) {
            this.autoStartup = value;
            return this;
        }

        /**
         * Sets when a stop of the application gives the leaderships up. Below
         * {@link org.springframework.scheduling.concurrent.ExecutorConfigurationSupport#DEFAULT_PHASE} it is after the jobs of a
         * scheduler have ended.
         *
         * @param value what has a higher phase is stopped before, default {@link LeaderRoles#DEFAULT_PHASE}
         * @return this
         */
        public Builder phase(int value) {
            this.phase = value;
            return this;
        }

        /**
         * Builds it.
         *
         * @return elections that are not started
         * @throws InvalidArgumentException if a role or a duration breaks a rule
         */
        public LeaderRoles build() {
            return new LeaderRoles(this);
        }
    }
}
