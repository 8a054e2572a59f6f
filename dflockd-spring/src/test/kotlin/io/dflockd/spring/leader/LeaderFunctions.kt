package io.dflockd.spring.leader

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future
import kotlinx.coroutines.withContext

/** Functions in Kotlin that only the leader runs. */
open class LeaderFunctions {

    val gate = CompletableFuture<String>()

    @Volatile
    var ran = 0

    @LeaderOnly("billing")
    open suspend fun text(): String? {
        ran++
        return withContext(Dispatchers.IO) { gate.await() }
    }

    @LeaderOnly("billing")
    open suspend fun nothing() {
        ran++
        withContext(Dispatchers.IO) { }
    }

    @LeaderOnly("billing")
    open fun parts(): Flow<String> = flow {
        ran++
        emit("a")
        emit("b")
    }

    @LeaderOnly("billing")
    open suspend fun laterParts(): Flow<String> {
        withContext(Dispatchers.IO) { }
        return parts()
    }

    @LeaderOnly("billing")
    open suspend fun failing(): String? {
        withContext(Dispatchers.IO) { }
        throw IllegalArgumentException("body")
    }
}

/** A call that is skipped returns null, which the type of the function does not allow. */
open class PromisingFunction {

    @LeaderOnly("billing")
    open suspend fun promised(): String = "value"
}

/** How Java tests call them. */
object LeaderCoroutines {

    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    @JvmStatic
    fun text(functions: LeaderFunctions): CompletableFuture<String?> = scope.future { functions.text() }

    @JvmStatic
    fun nothing(functions: LeaderFunctions): CompletableFuture<String> = scope.future {
        functions.nothing()
        "done"
    }

    @JvmStatic
    fun parts(functions: LeaderFunctions): CompletableFuture<List<String>> = scope.future { functions.parts().toList() }

    @JvmStatic
    fun laterParts(functions: LeaderFunctions): CompletableFuture<List<String>> =
        scope.future { functions.laterParts().toList() }

    @JvmStatic
    fun failing(functions: LeaderFunctions): CompletableFuture<String?> = scope.future { functions.failing() }
}
