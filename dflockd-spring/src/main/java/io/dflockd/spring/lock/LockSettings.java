package io.dflockd.spring.lock;

import io.dflockd.spring.lock.observation.LockObservationConvention;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.task.TaskDecorator;

/**
 * What templates share besides a client: default options, key encoding, and where events and observations go. Immutable;
 * give the same instance to all templates of an application.
 */
public final class LockSettings {

    private final LockOptions defaults;

    private final KeyEncoding keyEncoding;

    private final @Nullable ApplicationEventPublisher eventPublisher;

    private final ObservationRegistry observationRegistry;

    private final @Nullable LockObservationConvention acquireConvention;

    private final @Nullable LockObservationConvention holdConvention;

    private final TaskDecorator taskDecorator;

    private LockSettings(Builder builder) {
        this.defaults = builder.defaults;
        this.keyEncoding = builder.keyEncoding;
        this.eventPublisher = builder.eventPublisher;
        this.observationRegistry = builder.observationRegistry;
        this.acquireConvention = builder.acquireConvention;
        this.holdConvention = builder.holdConvention;
        this.taskDecorator = builder.taskDecorator;
    }

    /**
     * Starts with no default options, strict keys, no events and no observations.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The options that calls without their own take.
     *
     * @return the defaults; what they leave unset comes from the client
     */
    public LockOptions defaults() {
        return defaults;
    }

    KeyEncoding keyEncoding() {
        return keyEncoding;
    }

    @Nullable
    ApplicationEventPublisher eventPublisher() {
        return eventPublisher;
    }

    ObservationRegistry observationRegistry() {
        return observationRegistry;
    }

    @Nullable
    LockObservationConvention acquireConvention() {
        return acquireConvention;
    }

    @Nullable
    LockObservationConvention holdConvention() {
        return holdConvention;
    }

    TaskDecorator taskDecorator() {
        return taskDecorator;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private LockOptions defaults = LockOptions.defaults();

        private KeyEncoding keyEncoding = KeyEncoding.strict();

        private @Nullable ApplicationEventPublisher eventPublisher;

        private ObservationRegistry observationRegistry = ObservationRegistry.NOOP;

        private @Nullable LockObservationConvention acquireConvention;

        private @Nullable LockObservationConvention holdConvention;

        private TaskDecorator taskDecorator = task -> task;

        private Builder() {}

        /**
         * Sets the options that calls without their own take.
         *
         * @param options the defaults; what they leave unset comes from the client
         * @return this
         */
        public Builder defaults(LockOptions options) {
            this.defaults = options;
            return this;
        }

        /**
         * Sets how keys become keys on the server.
         *
         * @param encoding the same in all applications that share locks
         * @return this
         */
        public Builder keyEncoding(KeyEncoding encoding) {
            this.keyEncoding = encoding;
            return this;
        }

        /**
         * Sets where {@link io.dflockd.spring.lock.event.LockEvent}s go.
         *
         * @param publisher null for nowhere
         * @return this
         */
        public Builder eventPublisher(@Nullable ApplicationEventPublisher publisher) {
            this.eventPublisher = publisher;
            return this;
        }

        /**
         * Sets where observations go.
         *
         * @param registry the registry
         * @return this
         */
        public Builder observationRegistry(ObservationRegistry registry) {
            this.observationRegistry = registry;
            return this;
        }

        /**
         * Sets the convention of {@link io.dflockd.spring.lock.observation.LockObservation#ACQUIRE}.
         *
         * @param convention null for the default
         * @return this
         */
        public Builder acquireConvention(@Nullable LockObservationConvention convention) {
            this.acquireConvention = convention;
            return this;
        }

        /**
         * Sets the convention of {@link io.dflockd.spring.lock.observation.LockObservation#HOLD}.
         *
         * @param convention null for the default
         * @return this
         */
        public Builder holdConvention(@Nullable LockObservationConvention convention) {
            this.holdConvention = convention;
            return this;
        }

        /**
         * Sets what wraps asynchronous callbacks, which run on the client's callback executor: one that carries the
         * caller's context over, for example.
         *
         * @param decorator called on the caller's thread
         * @return this
         */
        public Builder taskDecorator(TaskDecorator decorator) {
            this.taskDecorator = decorator;
            return this;
        }

        /**
         * Makes the settings.
         *
         * @return the settings
         */
        public LockSettings build() {
            return new LockSettings(this);
        }
    }
}
