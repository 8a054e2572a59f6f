/** Annotations that guard methods with a distributed lock or semaphore. */
@NullMarked
package io.dflockd.spring.lock.annotation;

import org.jspecify.annotations.NullMarked;
