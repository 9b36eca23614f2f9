package io.circles.server.rpc;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The methods of an endpoint by their names. Immutable.
public final class MethodRegistry {
    private final Map<String, RpcMethod<?>> methods;

    /// @throws IllegalStateException if two have the same name
    public MethodRegistry(List<RpcMethod<?>> methods) {
        this.methods =
                methods.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(RpcMethod::name, Function.identity()));
    }

    /// The method of that name, if there is one.
    public Optional<RpcMethod<?>> find(String name) {
        return Optional.ofNullable(methods.get(name));
    }

    /// All of them, in no order.
    public Collection<RpcMethod<?>> all() {
        return methods.values();
    }
}
