/** Annotations that guard methods with a distributed lock or semaphore. */
@NullMarked
package io.dflockd.spring.annotation;

import org.jspecify.annotations.NullMarked;
