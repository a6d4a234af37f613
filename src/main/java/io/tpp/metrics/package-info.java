/** Events and states as metrics; the only place where metric names occur. */
@NullMarked
package io.tpp.metrics;

import org.jspecify.annotations.NullMarked;
