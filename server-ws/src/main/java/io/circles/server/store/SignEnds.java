package io.circles.server.store;

import java.util.List;
import java.util.Optional;

/// What has ended in one transaction. Immutable.
///
/// @param requests in the order of their entries in the audit; empty when all had ended before
/// @param asking id of what a script asked for, if that has ended with them
public record SignEnds(List<Each> requests, Optional<String> asking) {
    public SignEnds {
        requests = List.copyOf(requests);
    }

    /// A request that has ended.
    ///
    /// @param request its id
    public record Each(String request, SignRow.End end) {}

    /// Whether a request has ended.
    public boolean has(String request) {
        return requests.stream().anyMatch(each -> each.request().equals(request));
    }
}
