/** Tests of the simulator. */
@NullMarked
package io.tpp.simulator;

import org.jspecify.annotations.NullMarked;
