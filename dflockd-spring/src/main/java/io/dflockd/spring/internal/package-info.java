/** What several packages here need; not for users. */
@NullMarked
package io.dflockd.spring.internal;

import org.jspecify.annotations.NullMarked;
