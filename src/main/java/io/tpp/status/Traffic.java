package io.tpp.status;

import io.tpp.metrics.Distribution;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The counters at one instant.
 *
 * @param requests how long requests took, by class of status
 * @param waits how long they waited for a token
 * @param connections how many are open
 */
public record Traffic(List<Distribution> requests, Distribution waits, long connections) {
    public Traffic {
        requests = List.copyOf(requests);
    }

    Distribution allRequests() {
        return requests.stream().reduce(Distribution::plus).orElseThrow();
    }

    /** Returns how many requests ended since an earlier instant, by class. */
    List<Long> countsSince(Traffic earlier) {
        return IntStream.range(0, requests.size())
                .mapToObj(i -> requests.get(i).count() - earlier.requests.get(i).count())
                .toList();
    }
}
