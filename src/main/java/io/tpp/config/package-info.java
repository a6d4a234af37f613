/** The configuration: its keys, defaults and limits, and how it is read. */
@NullMarked
package io.tpp.config;

import org.jspecify.annotations.NullMarked;
