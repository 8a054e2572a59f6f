package io.dflockd.spring.lock.interceptor

import io.dflockd.client.LockHandle
import io.dflockd.spring.lock.annotation.DistributedLocked
import io.dflockd.spring.lock.annotation.OnBusy
import io.dflockd.spring.lock.CoroutineLockContext
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.withContext

/** Guarded functions in Kotlin; the gate keeps each of them inside its lock. */
open class SuspendingOrders {

    val gate = CompletableFuture<String>()

    @Volatile
    var handle: LockHandle? = null

    @Volatile
    var started = 0

    @DistributedLocked(name = "suspend", key = "#id")
    open suspend fun fulfil(id: String): String {
        handle = CoroutineLockContext.current(coroutineContext)
        started++
        val value = withContext(Dispatchers.IO) { gate.await() }
        return "$id-$value"
    }

    @DistributedLocked(name = "flow", key = "#id")
    open fun parts(id: String): Flow<String> = flow {
        handle = CoroutineLockContext.current(coroutineContext)
        emit("$id-1")
        emit("$id-" + gate.await())
    }

    @DistributedLocked(name = "unit")
    open suspend fun nothing() {
        started++
        gate.await()
    }

    @DistributedLocked(name = "skip", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
    open suspend fun skipping(): String? {
        started++
        return gate.await()
    }

    @DistributedLocked(name = "nested")
    open suspend fun outer(other: SuspendingOrders): String = other.inner()

    @DistributedLocked(name = "nested")
    open suspend fun inner(): String = "never"

    @DistributedLocked(name = "broken")
    open suspend fun failing(): String {
        withContext(Dispatchers.IO) { }
        throw IllegalArgumentException("body")
    }
}

/** How Java tests call them. */
object Coroutines {

    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    @JvmStatic
    fun fulfil(orders: SuspendingOrders, id: String): CompletableFuture<String> = scope.future { orders.fulfil(id) }

    @JvmStatic
    fun parts(orders: SuspendingOrders, id: String): CompletableFuture<List<String>> = scope.future { orders.parts(id).toList() }

    @JvmStatic
    fun nothing(orders: SuspendingOrders): CompletableFuture<String> = scope.future {
        orders.nothing()
        "done"
    }

    @JvmStatic
    fun skipping(orders: SuspendingOrders): CompletableFuture<String?> = scope.future { orders.skipping() }

    @JvmStatic
    fun nested(orders: SuspendingOrders): CompletableFuture<String> = scope.future { orders.outer(orders) }

    @JvmStatic
    fun failing(orders: SuspendingOrders): CompletableFuture<String> = scope.future { orders.failing() }

    @JvmStatic
    fun brief(functions: LimitedFunctions): CompletableFuture<String> = scope.future { functions.brief() }

    @JvmStatic
    fun moment(functions: LimitedFunctions): CompletableFuture<String> = scope.future { functions.moment() }

    @JvmStatic
    fun endless(functions: LimitedFunctions): CompletableFuture<String> = scope.future { functions.endless() }
}

/** SKIP returns null, which this function's type does not allow. */
open class SkipsWhatIsPromised {

    @DistributedLocked(name = "skip", onBusy = OnBusy.SKIP)
    open suspend fun promised(): String = "value"
}

/** Kotlin methods are final unless they say otherwise. */
open class FinalFunction {

    @DistributedLocked(name = "final")
    fun guarded(): String = "value"
}

/** For a class path without the bridge from coroutines to Reactor. */
open class SuspendingOnly {

    @DistributedLocked(name = "suspend")
    open suspend fun guarded(): String = "value"
}

/** As [SuspendingOnly]. */
open class FlowOnly {

    @DistributedLocked(name = "flow")
    open fun guarded(): Flow<String> = flow { emit("value") }
}
