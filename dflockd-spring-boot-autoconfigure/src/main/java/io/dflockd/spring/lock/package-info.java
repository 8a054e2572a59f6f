@NullMarked
package io.dflockd.spring.lock;

import org.jspecify.annotations.NullMarked;
