/** The command line: options, exit codes and what users read there. */
@NullMarked
package io.tpp.cli;

import org.jspecify.annotations.NullMarked;
