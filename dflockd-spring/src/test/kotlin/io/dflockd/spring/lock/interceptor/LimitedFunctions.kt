package io.dflockd.spring.lock.interceptor

import io.dflockd.spring.lock.annotation.DistributedLocked
import kotlinx.coroutines.awaitCancellation

/** Functions with a minimum and a maximum time of their locks. */
open class LimitedFunctions {

    @DistributedLocked(name = "brief", holdAtLeast = "1h")
    open suspend fun brief(): String = "value"

    @DistributedLocked(name = "moment", holdAtLeast = "150ms")
    open suspend fun moment(): String = "value"

    @DistributedLocked(name = "endless", holdAtMost = "30ms")
    open suspend fun endless(): String = awaitCancellation()
}

/** The minimum is longer than the maximum. */
open class BadLimitsOfFunction {

    @DistributedLocked(name = "bad", holdAtLeast = "2s", holdAtMost = "1s")
    open suspend fun guarded(): String = "value"
}

/** The minimum is negative. */
open class NegativeFunction {

    @DistributedLocked(name = "bad", holdAtLeast = "-1s")
    open suspend fun guarded(): String = "value"
}
