package io.circles.script.host;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// One request with all its redirects, each checked as the first and counted as one. Confined to
/// one thread.
final class Redirects {
    private static final int MOST = 5;

    private final NameLookup names;
    private final Exchange exchange;
    private final HttpPolicy policy;
    private final HttpBudget budget;

    Redirects(NameLookup names, Exchange exchange, HttpPolicy policy, HttpBudget budget) {
        this.names = names;
        this.exchange = exchange;
        this.policy = policy;
        this.budget = budget;
    }

    /// The first answer that is no redirect.
    HttpAnswer follow(Hop first) {
        HttpAnswer answer = send(first, policy.beforeSending());
        Optional<Hop> next = first.after(answer);
        for (int followed = 0; next.isPresent(); followed++) {
            if (followed == MOST) {
                throw new HttpFetchException("more than %d redirects".formatted(MOST));
            }
            Hop hop = next.get();
            answer = send(hop, () -> {}).afterRedirect();
            next = hop.after(answer);
        }
        return answer;
    }

    // nothing is looked up before the list allows it, and nothing sent before the hook returned
    private HttpAnswer send(Hop hop, Runnable beforeSending) {
        Reach reach = policy.allow().reachOf(hop.target());
        budget.takeRequest();
        budget.takeBytes(hop.body() == null ? 0 : hop.body().length);
        List<InetAddress> addresses = names.addresses(hop.target(), reach, policy.left());
        beforeSending.run();
        return exchange.send(hop, addresses, budget);
    }
}
