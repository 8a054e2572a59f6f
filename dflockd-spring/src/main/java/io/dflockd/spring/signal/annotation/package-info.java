/**
 * Methods that listen: {@link io.dflockd.spring.signal.annotation.SignalListener}. Needs spring-messaging on the class
 * path.
 */
@NullMarked
package io.dflockd.spring.signal.annotation;

import org.jspecify.annotations.NullMarked;
