/** A DolphinDB REST server in the process, for the demo and the tests. */
@NullMarked
package io.tpp.simulator;

import org.jspecify.annotations.NullMarked;
