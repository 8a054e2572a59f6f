package io.dflockd.spring.guide;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import java.util.HashSet;
import java.util.Set;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Scheduled;

/** The annotated methods of the documents. */
public class Orders {

    record Receipt(String id, boolean held) {}

    record Scene(String name) {}

    record Image(String of) {}

    // tag::annotations
    // tag::annotation
    @DistributedLocked(name = "order", key = "#id")
    public Receipt fulfil(String id) {
        return new Receipt(id, LockContext.current().isHeld());
    }
    // end::annotation

    @DistributedConcurrencyLimit(name = "render", limit = 4)
    public Image render(Scene scene) {
        return new Image(scene.name());
    }
    // end::annotations

    // tag::self-invocation
    @DistributedLocked(name = "stock", key = "#article")
    public void take(String article, int amount) {
        LockContext.find("stock").orElseThrow(() -> new IllegalStateException("called without its lock"));
        count -= amount;
    }
    // end::self-invocation

    // tag::retry
    @Retryable(includes = DflockdConnectionException.class, maxRetries = 3, delay = 500)
    @DistributedLocked(name = "order", key = "#id")
    public void ship(String id) {
        if (attempts.add(LockContext.current().token()) && attempts.size() == 1) {
            throw new ConnectionClosedException("the connection was closed");
        }
    }
    // end::retry

    // tag::scheduled
    @Scheduled(cron = "0 0 3 * * *")
    @DistributedScheduled(name = "nightly-report", holdAtLeast = "1m")
    public void report() {
        reported = LockContext.current().isHeld();
    }
    // end::scheduled

    private boolean reported;

    private final Set<String> attempts = new HashSet<>();

    private int count = 10;

    /** A call that passes no proxy. */
    public void takeAll(String article) {
        take(article, count);
    }

    /** The tokens of the locks of {@link #ship}. */
    public Set<String> attempts() {
        return attempts;
    }

    public boolean reported() {
        return reported;
    }

    public int count() {
        return count;
    }
}
