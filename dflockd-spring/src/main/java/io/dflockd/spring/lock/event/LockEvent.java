package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEvent;

/**
 * Something worth a log line or an alert happened to a lock or semaphore slot that was asked for through a template or
 * an annotation. Published on the thread that noticed, so listeners should be quick, or {@code @Async}.
 */
public abstract class LockEvent extends ApplicationEvent {

    private static final long serialVersionUID = 1L;

    private final LockKind kind;

    private final @Nullable String name;

    private final String key;

    LockEvent(Object source, LockKind kind, @Nullable String name, String key) {
        super(source);
        this.kind = kind;
        this.name = name;
        this.key = key;
    }

    /**
     * Lock or semaphore.
     *
     * @return the kind
     */
    public LockKind getKind() {
        return kind;
    }

    /**
     * The logical name.
     *
     * @return null where none was given
     */
    public @Nullable String getName() {
        return name;
    }

    /**
     * The key on the server.
     *
     * @return the key
     */
    public String getKey() {
        return key;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[kind=" + kind + ", name=" + name + ", key=" + key + "]";
    }
}
