package io.circles.server.mpc.original;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.circles.protocol.CircleException;
import io.circles.protocol.RelayApi;
import io.circles.server.mpc.RelayForms;
import io.circles.server.mpc.SessionKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The params of a request of the original, by their places in an array.
///
/// @param items the array
record MpcParams(JsonNode items) {
    /// @param least how many there must be
    /// @param most how many there may be
    static MpcParams of(JsonNode params, int least, int most) {
        if (!params.isArray() || params.size() < least || params.size() > most) {
            String many = least == most ? "" + most : least + " to " + most;
            throw unfit("params", "an array of " + many);
        }
        return new MpcParams(params);
    }

    private static CircleException unfit(String place, String right) {
        return CircleException.invalidParam(place, place + " is " + right);
    }

    String text(int at) {
        return text(items.path(at), "param " + at);
    }

    private static String text(JsonNode value, String place) {
        if (!value.isTextual()) {
            throw unfit(place, "a string");
        }
        return value.textValue();
    }

    String uuid(int at) {
        return uuid(items.path(at), "param " + at);
    }

    static String uuid(JsonNode value, String place) {
        return RelayForms.id(text(value, place)).orElseThrow(() -> unfit(place, "a UUID"));
    }

    SessionKind kind(int at) {
        return SessionKind.of(text(at)).orElseThrow(() -> unfit("param " + at, "keygen or sign"));
    }

    int number(int at) {
        return number(items.path(at), "param " + at);
    }

    private static int number(JsonNode value, String place) {
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || !RelayForms.isUnsigned(value.intValue())) {
            throw unfit(place, "a number from 0 to " + RelayForms.LARGEST);
        }
        return value.intValue();
    }

    /// A value of any kind; null where there is none.
    @Nullable JsonNode any(int at) {
        JsonNode value = items.path(at);
        return value.isMissingNode() || value.isNull() ? null : value;
    }

    RelayApi.Parameters parameters(int at) {
        JsonNode value = object(at);
        return new RelayApi.Parameters(
                number(value.path("parties"), "parties"),
                number(value.path("threshold"), "threshold"));
    }

    RelayApi.Message message(int at) {
        JsonNode value = object(at);
        JsonNode receiver = value.path("receiver");
        JsonNode body = value.path("body");
        return new RelayApi.Message(
                number(value.path("round"), "round"),
                number(value.path("sender"), "sender"),
                receiver.isMissingNode() || receiver.isNull() ? null : number(receiver, "receiver"),
                text(value.path("uuid"), "uuid"),
                body instanceof MissingNode ? NullNode.instance : body);
    }

    private JsonNode object(int at) {
        if (!items.path(at).isObject()) {
            throw unfit("param " + at, "an object");
        }
        return items.path(at);
    }

    List<Integer> numbers(int at) {
        JsonNode value = items.path(at);
        List<Integer> all = new ArrayList<>();
        if (value.isMissingNode() || value.isNull()) {
            return all;
        }
        if (!value.isArray()) {
            throw unfit("param " + at, "an array of numbers");
        }
        value.forEach(each -> all.add(number(each, "param " + at)));
        return all;
    }
}
