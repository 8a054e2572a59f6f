package io.dflockd.spring.lock.annotation;

/** What happens to a call if its lock or semaphore is busy for the whole acquire timeout. The method does not run. */
public enum OnBusy {

    /** The call fails with {@link io.dflockd.client.LockTimeoutException}. */
    FAIL,

    /**
     * The call returns without a result: null, an empty {@code Optional}, a stage completed with null or an empty
     * {@code Optional}, an empty {@code Mono}, {@code Flux} or {@code Flow}. Refused at start on methods that promise a
     * value: with a primitive return type, or one that is not nullable by JSpecify or Kotlin.
     */
    SKIP
}
