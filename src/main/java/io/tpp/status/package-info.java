/** What TPP looks like at an instant, and looked like in the last ten minutes: the data of the status page. */
@NullMarked
package io.tpp.status;

import org.jspecify.annotations.NullMarked;
