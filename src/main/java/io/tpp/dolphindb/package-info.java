/** Everything that knows DolphinDB's wire format. */
@NullMarked
package io.tpp.dolphindb;

import org.jspecify.annotations.NullMarked;
