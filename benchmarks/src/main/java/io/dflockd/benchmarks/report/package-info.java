/** All questions in one run: tables for the document, and its images. */
@NullMarked
package io.dflockd.benchmarks.report;

import org.jspecify.annotations.NullMarked;
