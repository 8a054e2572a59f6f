/** What stands between a caller and an annotated method: advisors, interceptors, and the check that they are in place. */
@NullMarked
package io.dflockd.spring.lock.interceptor;

import org.jspecify.annotations.NullMarked;
