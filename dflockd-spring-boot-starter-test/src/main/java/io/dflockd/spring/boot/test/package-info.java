/** Tests against the embedded server: a JUnit extension, a test slice, and what {@code @SpringBootTest} gets by itself. */
@NullMarked
package io.dflockd.spring.boot.test;

import org.jspecify.annotations.NullMarked;
