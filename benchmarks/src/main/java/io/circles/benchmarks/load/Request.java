package io.circles.benchmarks.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.circles.protocol.Json;

/// A request and what is the right answer to it, ready to be sent any number of times.
///
/// A connection has one request in flight, so all have the same id.
public final class Request {
    private final String text;
    private final byte[] frame;
    private final Answer answer;

    private Request(String text, Answer answer) {
        this.text = text;
        this.frame = TextFrame.of(text);
        this.answer = answer;
    }

    /// Any method.
    public static Request of(String method, ObjectNode params, Answer answer) {
        ObjectNode request = Json.object();
        request.put("jsonrpc", "2.0").put("id", 1).put("method", method).set("params", params);
        return new Request(Json.write(request), answer);
    }

    /// `play` of a script.
    public static Request play(String script, Answer answer) {
        return of("play", Json.object().put("script", script), answer);
    }

    /// `call` of a function.
    public static Request call(String function, ObjectNode args, Answer answer) {
        ObjectNode params = Json.object().put("function", function);
        params.set("args", args);
        return of("call", params, answer);
    }

    String text() {
        return text;
    }

    byte[] frame() {
        return frame;
    }

    Answer answer() {
        return answer;
    }
}
