/** Log filter and format. */
@NullMarked
package io.tpp.telemetry;

import org.jspecify.annotations.NullMarked;
